"""The privacy notice that households are told until the operator publishes a reviewed one.

Proposed text (PDPA s. 23: who, what for, on which basis, how long, which rights); not legal advice.
"""

from __future__ import annotations

VERSION = "1-proposed"

TEXT_TH = (
    "หน่วยงานของท่านและภาคีตามบันทึกข้อตกลงเก็บรวบรวมข้อมูลของครัวเรือนและสมาชิก ได้แก่ ชื่อ เลขประจำตัวประชาชน "
    "ที่อยู่ ความเป็นอยู่ การศึกษา อาชีพ รายได้ สุขภาพ และสวัสดิการที่ได้รับ เพื่อสำรวจและวิเคราะห์ทุนดำรงชีพ "
    "ส่งต่อความช่วยเหลือให้ได้รับสิทธิและสวัสดิการ และติดตามผล "
    "โดยอาศัยภารกิจเพื่อประโยชน์สาธารณะและอำนาจหน้าที่ตามกฎหมาย (พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 "
    "มาตรา 24 และมาตรา 26) ส่วนที่ต้องขอความยินยอม ท่านจะให้หรือไม่ก็ได้ และถอนได้ทุกเมื่อ "
    "การไม่ให้ความยินยอมไม่ทำให้เสียสิทธิที่พึงได้ ข้อมูลเก็บไว้เท่าที่จำเป็นและไม่เกิน 10 ปีหลังบันทึกครั้งสุดท้าย "
    "ท่านมีสิทธิขอดู ขอสำเนา ขอแก้ไข ขอให้ลบ คัดค้าน และร้องเรียนได้ที่หน่วยงานที่เก็บข้อมูล"
    "หรือสำนักงานคณะกรรมการคุ้มครองข้อมูลส่วนบุคคล"
)

TEXT_EN = (
    "Your local authority and its partners under the agreement collect data of your household and"
    " its members: names, national IDs, address, living conditions, education, work, income, "
    "health and welfare received. The purposes are to survey and analyse livelihood capitals, to "
    "refer you to the rights and welfare that you are due, and to follow up. The basis is a task "
    "in the public interest and official authority (Personal Data Protection Act B.E. 2562, "
    "sections 24 and 26). Where consent is asked, you may give or refuse it, and withdraw it at "
    "any time; refusing costs you no right. Data are kept as long as needed and at most 10 years "
    "after the last record. You may see, copy, correct or erase them, object, and complain to the"
    " authority that collects them or to the Personal Data Protection Committee."
)
