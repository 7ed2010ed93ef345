"""Makes openpyxl-task-table.xlsx: a task breakdown table as an office would lay it out, written by openpyxl.

openpyxl stores formulas without results, and merged cells as Excel does. Run: python3 make/openpyxl_task_table.py
"""

import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side

book = Workbook()
intro = book.active
intro.title = "填表说明"
intro["A1"] = "一、本表由县发展和改革局汇总。"
intro["A2"] = "二、金额单位为万元。"

sheet = book.create_sheet("任务分解表")
sheet["A1"] = "蔚县2023年重点项目任务分解表（样表，均为虚构）"
sheet.merge_cells("A1:K1")
sheet["A2"] = "填报单位：蔚县发展和改革局"
sheet["K2"] = "单位：万元"

for column, text in enumerate(["序号", "项目\n编号", "项目名称", "建设\n性质", "项目领域", "责任单位", "投资情况", None, "开工时限", "批次", "备注"], 1):
    sheet.cell(3, column, text)
sheet["G4"], sheet["H4"] = "总投资", "累计完成"
sheet.merge_cells("G3:H3")
for letter in "ABCDEFIJK":
    sheet.merge_cells(f"{letter}3:{letter}4")

sheet["A5"] = "合计"
sheet["G5"] = "=SUM(G7:G8,G10:G11)"
sheet["A6"] = "一、新开工项目（2个）"
sheet.merge_cells("A6:K6")
rows = {
    7: [1, "YX-2023-001", "黄梅乡１００ＭＷ\n农光互补项目", "新开工", "新能源", "发改局", 45678.9, 1000, datetime.date(2023, 3, 31), "第一批", "—"],
    8: [2, "YX-2023-002", "西合营冷链物流园", "新开工", None, None, "3,200", None, datetime.date(2023, 6, 30), "第二批", None],
    10: [3, "ＹＸ－２０２３－００３", "国道改线工程", "续建", "交通道路", "住 建 局", "1.5亿元", 8000.5, None, "/", None],
    11: [4, "YX-2023-004", "暖泉古镇保护（二期）", "续建", "—", "发展和改革局", 0, None, "2023年9月30日", 3, None],
}
for number, cells in rows.items():
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(number, column, value)
        if isinstance(value, datetime.date):
            cell.number_format = 'yyyy"年"m"月"d"日";@'
sheet.merge_cells("F7:F8")
sheet["A9"] = "二、续建项目（2个）"
sheet.merge_cells("A9:K9")
sheet["A12"] = "注：1.总投资以批复为准；2.开工时限为最迟日期。"
sheet.merge_cells("A12:K13")
sheet["A15"] = "填表人：贾例"
sheet["D15"] = "审核人：郝实"
sheet["I15"] = "2023年2月10日"

thin = Side(style="thin")
for line in sheet["A3:K11"]:
    for cell in line:
        cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
sheet["A1"].font = Font(name="方正小标宋简体", size=20)
sheet.freeze_panes = "A5"
sheet.row_dimensions[10].hidden = True

old = book.create_sheet("上年")
old.append(["项目编号", "项目名称"])
old.append(["YX-2022-001", "上年项目"])
old.sheet_state = "hidden"

book.save(Path(__file__).parent.parent / "openpyxl-task-table.xlsx")
