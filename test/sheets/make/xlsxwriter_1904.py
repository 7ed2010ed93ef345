"""Makes xlsxwriter-1904.xlsx: days counted from 1904, rich text, formulas with stored results and percentages, written by xlsxwriter.

Run: python3 make/xlsxwriter_1904.py
"""

import datetime
from pathlib import Path

import xlsxwriter

book = xlsxwriter.Workbook(str(Path(__file__).parent.parent / "xlsxwriter-1904.xlsx"), {"date_1904": True})
sheet = book.add_worksheet("项目")
day = book.add_format({"num_format": "yyyy/m/d"})
month = book.add_format({"num_format": 'yyyy"年"m"月"'})
percent = book.add_format({"num_format": "0.0%"})
bold = book.add_format({"bold": True})

for column, text in enumerate(["项目编号", "项目名称", "建设性质", "责任单位", "总投资（亿元）", "开工时限", "月份", "完成率", "是否入统"]):
    sheet.write(0, column, text, bold)

sheet.write(1, 0, "YX-1")
sheet.write_rich_string(1, 1, "光伏", bold, "发电", "项目")
sheet.write(1, 2, "新开工")
sheet.write(1, 3, "发改局")
sheet.write_formula(1, 4, "=0.1+0.2", None, 0.30000000000000004)
sheet.write_datetime(1, 5, datetime.datetime(2023, 3, 15), day)
sheet.write_datetime(1, 6, datetime.datetime(2023, 3, 1), month)
sheet.write(1, 7, 0.972, percent)
sheet.write_boolean(1, 8, True)

sheet.write(2, 0, "YX-2")
sheet.write(2, 1, "道路工程")
sheet.write_formula(2, 2, '=IF(TRUE,"续建","")', None, "续建")
sheet.write(2, 3, "住房和城乡建设局")
sheet.write_string(2, 4, "12.5")
sheet.write_number(2, 5, 43554)
sheet.write_string(2, 6, "2023.10")
sheet.write_string(2, 7, "100%")
sheet.write_string(2, 8, "否")
sheet.autofilter(0, 0, 2, 8)

# formatting down to the last row, as a click on a column header leaves it
sheet.write_blank(1048575, 4, None, percent)
book.close()
