"""Invented Thai names: common given names, surnames composed so that none is a family's."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

WOMEN = """สมหญิง สมศรี บุญมี ทองใบ คำปุ่น ประนอม สุภาพ ละเอียด วันเพ็ญ มะลิ บัวผัน จันทร์เพ็ญ สำราญ ทองคำ
ประไพ นวลจันทร์ หนูเพียร พิกุล ลำดวน ดอกไม้ อรทัย สุดารัตน์ กาญจนา วิภา นิตยา รัตนา จิราพร สุนิสา อัจฉรา
พรทิพย์ ปราณี มณีรัตน์ เกษร ชลธิชา ปิยะนุช ณัฐธิดา กมลชนก พิมพ์ชนก ศิริพร วราภรณ์ ธิดารัตน์ ปวีณา""".split()
MEN = """สมชาย บุญมา ทองดี คำภา ประสิทธิ์ สุเทพ สมบัติ วิชัย สำรวย บุญเลิศ จันทา ทองพูน ประยูร บุญธรรม หนูเพียร
ไพบูลย์ สมาน อำนวย เฉลิม สุรชัย วีระ นิพนธ์ สมศักดิ์ ชัยวัฒน์ อนุชา ธนากร ณัฐพล ภาณุพงศ์ กิตติพงษ์ วุฒิชัย
ปรีชา มานพ ศักดิ์ชัย เกรียงไกร จักรพันธ์ ธีรภัทร พีรพล อภิชาติ ศุภกร กฤษณะ ปิยะ สุริยา""".split()
_FIRST = "แก้ว บุญ ทอง คำ พล ศรี สาย วงศ์ จันทร์ ดวง พิมพ์ ราช สุข อินทร์ นาม ไชย สีดา โพธิ์ ดอก แสน".split()
_MIDDLE = "มณี ประ สว่าง งาม ละ นิล พา รุ่ง เรือง สุ วิ จำ ธานี ภู ทวี".split()
_LAST = "ตัวอย่าง สมมุติ สาธิต จำลอง ทดลอง ตัวอย่างดี สมมติวงศ์ สาธิตกุล จำลองสุข ทดสอบ".split()


def surname(draw: Random) -> str:
    """A surname that says it is made up: its last part means “example”, “assumed” or “model”."""
    return draw.choice(_FIRST) + draw.choice(_MIDDLE) + draw.choice(_LAST)


def given(draw: Random, sex: str, taken: Collection[str] = ()) -> str:
    """A given name; of those that are taken, the next one that is not."""
    names = WOMEN if sex == "female" else MEN
    drawn = names.index(draw.choice(names))
    return next(name for name in names[drawn:] + names if name not in taken)


def title(sex: str, age: int, *, married: bool) -> str:
    """The title that fits sex and age."""
    if age < 15:
        return "ด.ญ." if sex == "female" else "ด.ช."
    if sex == "male":
        return "นาย"
    return "นาง" if married else "นางสาว"
