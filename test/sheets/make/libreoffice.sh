#!/bin/sh
# Makes libreoffice-task-table.xlsx: the table of openpyxl, calculated and written anew by LibreOffice.
set -e
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
soffice --headless "-env:UserInstallation=file://$folder/profile" --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir "$folder" openpyxl-task-table.xlsx
mv "$folder/openpyxl-task-table.xlsx" libreoffice-task-table.xlsx
rm -r "$folder"
