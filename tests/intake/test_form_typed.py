"""Filled forms as county offices type them: built cell by cell from the official text.

Every paper starts as one complete, correctly filled form; a case bends it in one way and says
what a careful reader would still understand. Two things are always held: no place may show a
value that was typed for another, and nothing may be lost without a finding.
"""

from __future__ import annotations

import copy
import functools
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

import planner
from planner.api.forms import FormReading
from planner.core.findings import Obligation
from planner.intake.form import reader as formread
from planner.model.forms import load_form

W14 = "http://schemas.microsoft.com/office/word/2010/wordml"

# -- what was typed --------------------------------------------------------------------------------

YEARS = ("2023", "2024", "2025")
SERIES = {
    "output": ("152.10", "168.40", "186.20"),
    "sme_share": ("76.50", "77.30", "78.20"),
    "leading_share": ("81.00", "81.70", "82.35"),
    "leading_growth": ("9.80", "11.60", "11.45"),
    "enterprises": ("298", "315", "331"),
    "smes": ("281", "297", "312"),
    "srdi_smes": ("18", "22", "26"),
    "little_giants": ("3", "4", "5"),
    "champions": ("0", "1", "2"),
    "hightech": ("41", "47", "53"),
    "innovative_smes": ("25", "30", "34"),
    "rd_intensity": ("2.31", "2.40", "2.50"),
    "rd_spend": ("3.51", "4.04", "4.65"),
    "rd_growth": ("12.10", "15.10", "15.20"),
    "cloud_smes": ("131", "157", "183"),
    "cloud_share": ("46.62", "52.86", "58.65"),
    "iiot_smes": ("74", "93", "112"),
    "iiot_share": ("26.33", "31.31", "35.90"),
    "co2_intensity": ("0.48", "0.45", "0.42"),
    "energy_intensity": ("0.24", "0.23", "0.22"),
}
NUMBERS = {
    "area": "12.60",
    "leading_average": "10.95",
    "patents_average": "15.80",
    "patents_per_10k": "114.81",
    "patents": "214",
    "co2_reduction": "12.50",
    "energy_reduction": "8.33",
    "foreign_branches": "7",
}
TEXTS = {
    "cover_cluster": "阿克苏市纺织服装产业集群",
    "region": "阿克苏地区阿克苏市",
    "cover_department": "阿克苏市工业和信息化局",
    "cover_operator": "阿克苏纺织工业城管理委员会",
    "filing_date": "2026年3月18日",
    "cover_contact": "王建国 0997-2512345",
    "cluster_name": "阿克苏市纺织服装产业集群",
    "department": "阿克苏市工业和信息化局",
    "department_contact": "李红梅",
    "department_phone": "0997-2123456",
    "operator": "阿克苏纺织工业城管理委员会",
    "operator_contact": "买买提·艾力",
    "operator_phone": "13999612345",
    "chain_text": "集群围绕棉纺、织布、印染、服装补链强链，引进上下游企业一十二家。",
    "sharing_text": "集群内企业共用仓储物流和检验检测设备，订单互通。",
    "brand_text": "集群获批地理标志证明商标，龙头企业通过质量管理体系认证。",
    "digital_text": "集群引入三家数字化服务商，为企业免费诊断。",
    "models_text": "集群建成两个智能制造示范车间并向同行推广。",
    "co2_formula": "排放总量÷集群总产值",
    "energy_formula": "综合能源消费量÷集群总产值",
    "green_text": "集群统一供热，关停分散小锅炉，中水回用。",
    "opening_text": "集群产品销往中亚五国，每年组团参展。",
    "governance_text": "集群设立一站式服务大厅，惠企政策免申即享。",
    "overview": "集群地处南疆，棉花资源丰富，是自治区重点纺织基地。",
    "nurturing": "实施链主培育行动，组建产业联盟，开展技术攻关。",
    "results": "各项目标按期完成，主导产业优势进一步巩固。",
    "idea": "坚持创新驱动，推动纺织服装产业向高端迈进。",
    "stage_1": "新引进印染企业，补齐产业短板。",
    "stage_2": "建成公共服务中心并投入使用。",
    "stage_3": "形成全产业链协同发展格局。",
    "tasks": "做强主导产业，建设数字化平台，推进绿色改造。",
    "safeguards": "成立领导小组，落实专项资金，强化考核。",
}
CHOICES = {
    "operator_changed": (2,),
    "industry_type": (2,),
    "restricted_industry": (2,),
    "had_incidents": (2,),
    "had_violations": (2,),
    "energy_standard": (3,),
    "water_standard": (1,),
    "chain_work": (1, 3, 6),
    "sharing_work": (2, 5),
    "brand_work": (1, 4),
    "digital_work": (2,),
    "models_work": (2, 3),
    "carbon_monitoring": (1,),
    "green_work": (1, 3),
    "opening_work": (4,),
    "governance_work": (2, 6),
    "services": (1, 5, 7),
}
COUNTS = {
    "national_pilots": ("1", "棉纺智能工厂"),
    "provincial_pilots": ("4", "织造车间、服装车间、印染车间、仓储车间"),
    "other_pilots": ("6", "地区级智能车间"),
    "national_green": ("2", "华孚绿色工厂、新雅绿色工厂"),
    "provincial_green": ("3", "巨鹰绿色工厂、天虹绿色工厂、联发绿色工厂"),
    "other_green": ("8", "地区级绿色工厂"),
    "alliances": ("9", "阿克苏纺织服装行业协会"),
    "national_platforms": ("10", "国家纺织检测中心"),
    "provincial_platforms": ("11", "自治区中小企业服务平台"),
    "other_platforms": ("12", "创业孵化基地"),
}
# Indicator as the form names it: 2023 baseline, 2025 target, 2025 actual, 2028 target.
GOALS = {
    "output_growth_3y": ("近三年集群产值年均增速", "8.70", "10.00", "10.90", "11.20"),
    "quality_smes": ("优质中小企业数量", "29", "36", "38", "52"),
    "rd_spend": ("研发经费投入", "3.51", "4.50", "4.65", "6.40"),
    "patents": ("有效发明专利数", "168", "205", "214", "330"),
    "iiot_share": ("工业互联网普及率", "26.33", "34.00", "35.90", "48.00"),
    "co2": ("二氧化碳排放量", "73.01", "80.00", "78.20", "76.00"),
    "energy_intensity": ("单位工业产值能耗", "0.24", "0.23", "0.22", "0.19"),
}
DIRECTIONS = {
    "主导产业": ("output_growth_3y", "quality_smes"),
    "创新": ("rd_spend", "patents"),
    "数字化": ("iiot_share",),
    "绿色化": ("co2", "energy_intensity"),
}
DESCRIBED = {
    "opening": ("开放合作", "产品出口两国", "产品出口四国", "产品出口五国", "产品出口八国"),
    "governance": ("治理和服务", "服务大厅在建", "建成服务大厅", "大厅已启用", "建成智慧园区"),
}
# The growth rates are kept by the indicator they are of.
KEPT_AS = {
    "leading_growth": "growth.leading_output",
    "rd_growth": "growth.rd_spend",
}

# -- the official text -----------------------------------------------------------------------------

TITLE = "中小企业特色产业集群复核申报表"
COVER = {
    "cover_cluster": "集群名称：",
    "region": "所属地区：",
    "cover_department": "县级行政区划中小企业主管部门（盖章）：",
    "cover_operator": "集群运营管理机构：",
    "filing_date": "申报时间：",
    "cover_contact": "联系人及联系电话：",
}
INSTRUCTIONS = (
    "集群应如实填报所附各表。要求文字简洁，数据准确、详实，并提供必要的数据清单及佐证材料。",
    "各必填栏目不得空缺，无相关情况时应填写“无”；数据有小数时，保留小数点后2位。",
    "集群运营管理机构是指对产业集群集中运营管理的产业园区管委会、园区运营企业或公共服务机构等法人主体。",
    "未注明填报年度的，请填写截止到上一年度全年数据。",
    "集群内中小企业从业人员数是指集群内所有中小企业从业人员期末数之和。",
    "为确保文件信息的正确采集，填表时不得改变表格样式，其中一至七部分不得串页。",
)
HEADINGS = {
    "basics": "一、基本情况",
    "industry": "二、主导产业情况",
    "innovation": "三、创新能力情况",
    "digital": "四、数字化升级情况",
    "green": "五、绿色化转型情况",
    "opening": "六、开放合作情况",
    "governance": "七、治理和服务水平",
    "completion": "近三年中小企业特色产业集群发展目标完成情况",
    "plan": "四、未来三年中小企业特色产业集群发展规划",
}
LABELS = {
    "cluster_name": "集群名称：",
    "department": "县级行政区划中小企业主管部门",
    "department_contact": "联系人",
    "department_phone": "联系方式",
    "operator": "集群运营管理机构",
    "operator_changed": "是否发生变化",
    "operator_contact": "联系人",
    "operator_phone": "联系方式",
    "area": "集群占地面积（平方公里）",
    "industry_type": "主导产业所属产业类型",
    "restricted_industry": "集群主导产业是否属于国家规定的禁止、限制和淘汰类产业",
    "had_incidents": "近三年是否发生较大及以上安全、质量、环境污染等事故，重大及以上网络安全事件和数据安全事件",
    "had_violations": "是否存在偷税漏税、违法违规、严重失信和其他重大问题的行为",
    "energy_standard": "属于高耗能行业的集群，能效水平是否达到行业基准值",
    "water_standard": "属于高用水行业的集群，水效水平是否达到行业基准值",
    "output": "集群总产值（亿元）",
    "sme_share": "集群内中小企业产值占集群总产值比例（%）",
    "leading_share": "集群主导产业产值占集群总产值比例（%）",
    "leading_growth": "集群主导产业产值增速（%）",
    "leading_average": "近三年集群主导产业产值年均增速（%）",
    "enterprises": "集群企业数量（年度当前值）",
    "smes": "其中：集群中小企业数量（年度当前值）",
    "srdi_smes": "主导产业相关的省级专精特新中小企业数量（年度当前值）",
    "little_giants": "主导产业相关的国家级专精特新“小巨人”企业数量（年度当前值）",
    "champions": "主导产业相关的国家级制造业单项冠军企业数量（年度当前值）",
    "hightech": "主导产业相关的国家级高新技术企业数量（年度当前值）",
    "innovative_smes": "主导产业相关的创新型中小企业数量（年度当前值）",
    "chain_text": "集群产业链强链补链情况（200字以内）",
    "chain_work": "集群已开展的产业链强链补链工作",
    "sharing_text": "集群内产业链资源协同协作情况（200字以内）",
    "sharing_work": "集群已开展的产业链资源协同协作工作",
    "brand_text": "集群质量品牌建设情况（200字以内）",
    "brand_work": "集群已开展的质量品牌建设工作",
    "rd_intensity": "集群中小企业研发投入强度（%）",
    "rd_spend": "集群中小企业研发经费总额（亿元）",
    "rd_growth": "集群中小企业研发经费增速（%）",
    "patents_average": "近三年集群中小企业有效发明专利年均增速（%）",
    "patents_per_10k": "集群中小企业从业人员每万人有效发明专利拥有量",
    "patents": "集群内中小企业有效发明专利拥有量（包括发明专利、国防专利、 植物新品种、国家级农作物品种、国家新药、国家一级中药保护品种、集成电路布图设计专有权等）",
    "cloud_smes": "集群上云中小企业数量",
    "cloud_share": "集群中小企业上云比例（%）",
    "iiot_smes": "集群接入工业互联网平台的中小企业数量",
    "iiot_share": "集群中小企业工业互联网平台应用普及率（%）",
    "digital_text": "数字化服务总体情况\n（200字以内）",
    "digital_work": "集群已开展的数字化服务工作",
    "models_text": "智能制造、工业互联网以及其它新模式新业态试点示范建设或应用情况（200字以内）",
    "models_work": "集群已开展的数字化新模式新业态推广工作：",
    "national_pilots": "国家级试点示范项目名称及数量",
    "provincial_pilots": "省级试点示范项目名称及数量",
    "other_pilots": "其他试点示范项目名称及数量",
    "carbon_monitoring": "是否建立集群碳排放监测机制",
    "co2_intensity": "近三年集群单位产值二氧化碳排放量（吨二氧化碳/万元）",
    "co2_formula": "（注：单位产值二氧化碳排放量需提供计算公式）",
    "energy_intensity": "近三年集群单位产值能耗（吨标准煤/万元）",
    "energy_formula": "（注：单位产值能耗需提供计算公式）",
    "co2_reduction": "近三年集群单位产值二氧化碳排放量低率（%）",
    "energy_reduction": "近三年集群单位产值能耗降低率（%）",
    "green_text": "集群绿色低碳相关工作情况（200字以内）",
    "green_work": "集群已开展的绿色低碳相关工作",
    "national_green": "国家级绿色制造体系建设情况",
    "provincial_green": "省级绿色制造体系建设情况",
    "other_green": "其他绿色制造体系建设情况",
    "opening_text": "集群国际合作交流总体情况\n（200字以内）",
    "opening_work": "集群已开展的国际合作交流活动",
    "foreign_branches": "集群或集群内企业在境外设立分支机构数量",
    "alliances": "集群内产业联盟组织情况\n（注：包括行业学会、协会等，需提供清单）",
    "governance_text": "集群发展环境情况\n（200字以内）",
    "governance_work": "集群已开展的发展环境治理工作",
    "national_platforms": "建设或引入的国家级中小企业公共服务示范平台名称及数量",
    "provincial_platforms": "建设或引入的省级中小企业公共服务示范平台名称及数量",
    "other_platforms": "建设或引入的其他中小企业公共服务示范平台名称及数量",
    "services": "集群已提供的中小企业公共服务：",
}
GROUPS = {
    "models": "数字化新模式新业态推广情况",
    "green": "集群绿色制造体系建设水平\n（注：包括绿色工厂、绿色工业园区、绿色供应链管理企业、绿色设计产品等，需提供清单及佐证材料）",
    "platforms": "集群中小企业公共服务平台建设情况（需提供清单及佐证材料）",
    "services": "集群提供中小企业公共服务情况",
}
TICK_NOTE = "（注：勾选需提供佐证材料）"
EXPLAIN = "（需附情况说明）"
OPTIONS = {
    "operator_changed": (f"是{EXPLAIN}", "否"),
    "industry_type": ("第一产业", "第二产业", "第三产业"),
    "restricted_industry": ("是", "否"),
    "had_incidents": (f"是{EXPLAIN}", "否"),
    "had_violations": (f"是{EXPLAIN}", "否"),
    "energy_standard": ("是", "否", "非高耗能行业，不适用"),
    "water_standard": ("是", "否", "非高用水行业，不适用"),
    "chain_work": (
        "绘制产业链图谱，开展产业链培育",
        "形成产业链技术难点清单或创新项目库，建立“揭榜挂帅”、“赛马”或众创众包等激励机制",
        "联合集群上下游企业，组建创新联合体，开展产业链联合攻关",
        "引入高等院校、科研院所，开展产业链关键环节产学研协同创新",
        "建有产业链上下游产供销一体化协同协作机制",
        "与产业链“链主”企业建立稳定合作配套关系",
        "与先进制造业集群、国家新型工业化产业示范基地建立稳定合作配套关系",
        "开展供应链风险评估工作，建立供应链风险防范机制",
    ),
    "sharing_work": (
        "开展通用生产设备共享",
        "开展物流、仓储、设计等服务资源共享",
        "开展人力资源共享",
        "开展同类设备和产品的集中采销",
        "建立共享车间、共享工厂",
    ),
    "brand_work": (
        "开展了先进质量管理模式推广",
        "开展了质量诊断服务",
        "建立了品牌运营、品牌管理标准宣贯等机制",
        "获得了集体商标、地理标志产品批准认证或证明商标通过注册",
    ),
    "digital_work": (
        "引入了数字化系统解决方案服务商",
        "开展了数字化共性解决方案开发和诊断等服务",
        "开展了两化融合管理体系推广工作",
        "开展了智能制造能力成熟度评估或数据管理能力成熟度评估等推广工作",
    ),
    "models_work": (
        "建有国家智能制造、工业互联网以及其它国家新模式新业态试点示范项目",
        "建有省级智能制造、工业互联网以及其它国家新模式新业态试点示范项目",
        "开展了智能制造、工业互联网等新模式新业态创新应用推广",
    ),
    "carbon_monitoring": ("是", "否"),
    "green_work": (
        "开展了节能诊断，建立节能管控系统、余热余压回收设施等",
        "开展了碳排放和碳足迹监测与核算等",
        "建立了水资源梯级循环利用、工业废弃物分类分级利用设施等",
        "开展了清洁生产评价等工作",
        "开展了绿色制造系统解决方案推广",
    ),
    "opening_work": (
        "建立或参与主导产业国际合作机制",
        "与境外产业园区形成较为稳定的合作关系",
        "引进了国际领先技术、先进管理经验或高端人才团队等",
        "参加中国国际中小企业博览会等展会类活动",
        "承办主导产业国际研讨会或技术交流会",
    ),
    "governance_work": (
        "建立了专业化发展促进机构、开展共商共建共享",
        "建立中小企业政策宣贯与对接机制",
        "建立了中小企业合法权益保护机制",
        "建立了公共服务效果考核机制",
        "建立安全生产源头管控和隐患排查机制",
        "运用了数字化手段提升治理能力",
    ),
    "services": (
        "信息服务",
        "创业辅导",
        "创新支持",
        "人员培训",
        "市场营销",
        "投融资服务",
        "管理咨询",
    ),
}
PROSE = {
    "overview": "一、集群基本情况简介",
    "nurturing": "二、培育工作",
    "results": "三、发展成效",
    "idea": "总体思路",
    "goals_heading": "发展目标",
    "overall": "1.三年总体目标",
    "stages": "2.阶段性目标",
    "stage_1": "（1）2026年度",
    "stage_2": "（2）2027年度",
    "stage_3": "（3）2028年度",
    "tasks": "重点任务",
    "safeguards": "保障措施",
}
HINTS = {
    "overview": "包括集群主导产业在细分领域所处发展水平，行业地位，获得荣誉称号，以及相关政策制定与实施、优质市场主体培育、产业链供应链建设等方面近三年来发展情况。",
    "nurturing": "包括提升集群主导产业优势、激发集群创新活力、推进集群数字化升级、加快集群绿色低碳转型、深化集群开放合作、提升集群治理和服务能力等方面开展的工作和取得的成绩。",
    "results": "（集群2023年围绕主导产业、创新、数字化、绿色化、开放合作、治理和服务等方面所制定的发展目标完成情况）",
    "overall": "（集群须围绕主导产业、创新、数字化、绿色化、开放合作、治理和服务等方面设定清晰、可考核的发展目标，鼓励集群根据自身特色增加考核指标，不局限于以上方面）",
}
GOAL_NOTE = (
    "（备注：基准值须符合中小企业特色产业集群认定标准，2028年目标值须符合以下要求：",
    "a.近三年产值年均增速不低于10%",
    "b.优质中小企业数量逐年增加",
    "c.研发经费年均增速不低于10%",
    "d.有效发明专利数年均增长不低于15%",
    "e.工业互联网普及率不低于行业平均水平",
    "f.二氧化碳排放量下降率不低于行业平均水平",
    "g.集群单位工业产值能耗下降率不低于行业平均水平",
)
TRUTH = "本单位承诺此次提交的中小企业特色产业集群复核材料(包括附件资料)真实、合法。"

# -- paper: paragraphs, cells, rows and tables before they become a Word file ----------------------

Piece = Any  # a text, or an element of Word made by one of the functions below
WIDTH = 8600


@dataclass
class P:
    """A paragraph: text, or pieces of which some are elements."""

    text: str | list[Piece] = ""
    key: str = ""
    numbered: bool = False

    def element(self):
        made = OxmlElement("w:p")
        if self.numbered:
            made.append(parse_xml(f"<w:pPr {nsdecls('w')}><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"))  # fmt: skip
        for piece in [self.text] if isinstance(self.text, str) else self.text:
            made.append(run(piece) if isinstance(piece, str) else copy.deepcopy(piece))
        return made


@dataclass
class C:
    """A cell; `down` is start or go for cells that are merged downwards."""

    content: Any = ""
    span: int = 1
    down: str = ""
    role: str = "value"
    wrap: bool = False

    def __post_init__(self):
        self.put(self.content)

    def put(self, content: Any) -> None:
        if isinstance(content, str):
            content = [P(line) for line in content.split("\n")]
        self.content = content

    @property
    def text(self) -> str:
        return "\n".join(p.text for p in self.content if isinstance(p, P))

    def element(self):
        made = OxmlElement("w:tc")
        shape = OxmlElement("w:tcPr")
        if self.span > 1:
            shape.append(with_value("w:gridSpan", self.span))
        if self.down:
            shape.append(with_value("w:vMerge", "restart") if self.down == "start" else OxmlElement("w:vMerge"))  # fmt: skip
        made.append(shape)
        for block in self.content:
            made.append(block.element())
            if isinstance(block, T):
                made.append(OxmlElement("w:p"))
        return in_control(made) if self.wrap else made


@dataclass
class R:
    """A row, found again by its key."""

    key: str
    cells: list[C]
    wrap: bool = False
    before: int = 0

    @property
    def label(self) -> C:
        return next(cell for cell in self.cells if cell.role == "label")

    @property
    def values(self) -> list[C]:
        return [cell for cell in self.cells if cell.role == "value"]

    def element(self):
        made = OxmlElement("w:tr")
        if self.before:
            shape = OxmlElement("w:trPr")
            shape.append(with_value("w:gridBefore", self.before))
            made.append(shape)
        for cell in self.cells:
            made.append(cell.element())
        return in_control(made) if self.wrap else made


@dataclass
class T:
    """A table; `grid` holds the widths of its columns where they matter."""

    key: str
    rows: list[R]
    table: tuple[int, ...] = ()

    def element(self):
        made = parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblStyle w:val='TableGrid'/><w:tblW w:w='0' w:type='auto'/></w:tblPr></w:tbl>")  # fmt: skip
        columns = max(row.before + sum(cell.span for cell in row.cells) for row in self.rows)
        widths = self.table or (WIDTH // columns,) * columns
        table = OxmlElement("w:tblGrid")
        for width in widths:
            column = OxmlElement("w:gridCol")
            column.set(qn("w:w"), str(width))
            table.append(column)
        made.append(table)
        for row in self.rows:
            line = row.element()
            cells = line.iter(qn("w:tc"))
            at = row.before
            for cell, drawn in zip(row.cells, [c for c in cells if not nested(c)], strict=False):
                width = with_value("w:tcW", "")
                del width.attrib[qn("w:val")]
                width.set(qn("w:w"), str(sum(widths[at : at + cell.span])))
                width.set(qn("w:type"), "dxa")
                drawn.find(qn("w:tcPr")).insert(0, width)
                at += cell.span
            made.append(line)
        return made


def nested(cell: Any) -> bool:
    return any(parent.tag == qn("w:tc") for parent in cell.iterancestors())


def with_value(tag: str, value: Any):
    made = OxmlElement(tag)
    made.set(qn("w:val"), str(value))
    return made


def run(text: str, shape: str = ""):
    """Return a run; a vertical tab is a line break, as Shift-Enter makes it."""
    made = OxmlElement("w:r")
    if shape:
        made.append(parse_xml(f"<w:rPr {nsdecls('w')}><w:{shape}/></w:rPr>"))
    for number, line in enumerate(text.split("\v")):
        if number:
            made.append(OxmlElement("w:br"))
        part = OxmlElement("w:t")
        part.text = line
        part.set(qn("xml:space"), "preserve")
        made.append(part)
    return made


def in_control(*children: Any):
    """Return children inside a content control."""
    made = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val='填写'/></w:sdtPr><w:sdtContent/></w:sdt>")  # fmt: skip
    for child in children:
        made[-1].append(child)
    return made


def tracked(kind: str, text: str):
    """Return a tracked insertion (ins) or deletion (del)."""
    made = OxmlElement(f"w:{kind}")
    made.set(qn("w:id"), "7")
    made.set(qn("w:author"), "王建国")
    inner = run(text)
    if kind == "del":
        for part in inner.iter(qn("w:t")):
            part.tag = qn("w:delText")
    made.append(inner)
    return made


def check_box(ticked: bool):
    """Return the check box of Word's content controls."""
    return parse_xml(
        f"<w:sdt {nsdecls('w')} xmlns:w14='{W14}'><w:sdtPr><w14:checkbox>"
        f"<w14:checked w14:val='{int(ticked)}'/><w14:checkedState w14:val='2612' w14:font='MS Gothic'/>"
        "<w14:uncheckedState w14:val='2610' w14:font='MS Gothic'/></w14:checkbox></w:sdtPr>"
        f"<w:sdtContent><w:r><w:t>{'☒' if ticked else '☐'}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def old_check_box(ticked: bool):
    """Return the check box of forms before content controls."""
    checked = "<w:checked/>" if ticked else ""
    return parse_xml(
        f"<w:ins {nsdecls('w')} w:id='9' w:author='王建国'><w:r><w:fldChar w:fldCharType='begin'>"
        f"<w:ffData><w:name w:val='c'/><w:enabled/><w:checkBox><w:sizeAuto/><w:default w:val='0'/>{checked}"
        "</w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:ins>"
    )


def symbol(code: str, font: str = "Wingdings 2"):
    """Return a sign put in by the symbol dialog."""
    return parse_xml(f"<w:r {nsdecls('w')}><w:sym w:font='{font}' w:char='F0{code}'/></w:r>")


# -- the complete form -----------------------------------------------------------------------------


def label(key: str, span: int = 1) -> C:
    return C(LABELS[key], span, role="label")


def ticks(key: str, on: str = "☑", off: str = "□") -> str:
    return "\n".join(
        f"{on if number in CHOICES[key] else off}{text}"
        for number, text in enumerate(OPTIONS[key], 1)
    )


def single(key: str, span: int) -> R:
    text = TEXTS.get(key) or NUMBERS.get(key) or ticks(key)
    if key in {"chain_work", "sharing_work", "brand_work", "digital_work", "green_work", "opening_work", "governance_work"}:  # fmt: skip
        text += f"\n{TICK_NOTE}"
    return R(key, [label(key), C(text, span)])


def yearly(key: str) -> R:
    return R(key, [label(key), *(C(text) for text in SERIES[key])])


def years_row(key: str) -> R:
    return R(key, [C("年度", role="head"), *(C(f"{year}年", role="head") for year in YEARS)])


def count_text(key: str) -> str:
    count, names = COUNTS[key]
    return f"数量：{count}个\n名称：{names}"


def pair(first: str, second: str) -> R:
    def text(key: str) -> str:
        return TEXTS.get(key) or ticks(key)

    return R(first, [label(first), C(text(first), 2), label(second), C(text(second), 2)])


def basics() -> T:
    rows = [single("cluster_name", 5), single("department", 5)]
    rows += [pair("department_contact", "department_phone"), pair("operator", "operator_changed")]
    rows += [pair("operator_contact", "operator_phone")]
    rows += [single(key, 5) for key in ("area", "industry_type", "restricted_industry", "had_incidents", "had_violations", "energy_standard", "water_standard")]  # fmt: skip
    return T("basics", rows)


def industry() -> T:
    rows = [years_row("industry_years")]
    rows += [yearly(key) for key in ("output", "sme_share", "leading_share", "leading_growth")]
    rows += [single("leading_average", 3)]
    rows += [yearly(key) for key in ("enterprises", "smes", "srdi_smes", "little_giants", "champions", "hightech", "innovative_smes")]  # fmt: skip
    rows += [single(key, 3) for key in ("chain_text", "chain_work", "sharing_text", "sharing_work", "brand_text", "brand_work")]  # fmt: skip
    return T("industry", rows)


def innovation() -> T:
    rows = [years_row("innovation_years")]
    rows += [yearly(key) for key in ("rd_intensity", "rd_spend", "rd_growth")]
    rows += [single("patents_average", 3), single("patents_per_10k", 3), single("patents", 3)]
    rows[-1].values[0].put(f"{NUMBERS['patents']}个\n（需提供清单及佐证材料）")
    return T("innovation", rows)


def digital() -> T:
    rows = [years_row("digital_years")]
    rows += [yearly(key) for key in ("cloud_smes", "cloud_share", "iiot_smes", "iiot_share")]
    rows += [single("digital_text", 3), single("digital_work", 3)]
    group = {"role": "group"}
    rows += [
        R("models_text", [C(GROUPS["models"], down="start", **group), label("models_text"), C(TEXTS["models_text"], 2)]),
        R("models_work", [C("", down="go", **group), C(f"{LABELS['models_work']}\n{ticks('models_work')}\n{TICK_NOTE}", 3, role="inside")]),
    ]  # fmt: skip
    rows += [
        R(key, [C("", down="go", **group), label(key), C(count_text(key), 2)])
        for key in ("national_pilots", "provincial_pilots", "other_pilots")
    ]
    return T("digital", rows)


def down_years(key: str, formula: str) -> list[R]:
    rows = [
        R(f"{key}.{year}", [C("" if number else LABELS[key], down="go" if number else "start", role="group" if number else "label"), C(f"{year}年", role="head"), C(SERIES[key][number])])
        for number, year in enumerate(YEARS)
    ]  # fmt: skip
    note = f"{LABELS[formula]}\n{TEXTS[formula]}"
    return [*rows, R(formula, [C("", down="go", role="group"), C(note, 2, role="inside")])]


def green() -> T:
    rows = [single("carbon_monitoring", 2)]
    rows[0].values[0].put("☑是  □否（如涉及，需提供佐证材料）")
    rows += down_years("co2_intensity", "co2_formula")
    rows += down_years("energy_intensity", "energy_formula")
    rows += [single(key, 2) for key in ("co2_reduction", "energy_reduction", "green_text", "green_work")]  # fmt: skip
    rows += grouped("green", ("national_green", "provincial_green", "other_green"))
    return T("green", rows)


def grouped(group: str, keys: tuple[str, ...]) -> list[R]:
    return [
        R(key, [C("" if number else GROUPS[group], down="go" if number else "start", role="group"), label(key), C(count_text(key))])
        for number, key in enumerate(keys)
    ]  # fmt: skip


def opening() -> T:
    rows = [single(key, 1) for key in ("opening_text", "opening_work", "foreign_branches")]
    rows[-1].values[0].put(f"{NUMBERS['foreign_branches']}个\n（需提供清单及相关佐证材料）")
    return T("opening", rows)


def governance() -> T:
    rows = [R("alliances", [label("alliances"), C(count_text("alliances"), 2)])]
    rows += [single("governance_text", 2), single("governance_work", 2)]
    rows += grouped("platforms", ("national_platforms", "provincial_platforms", "other_platforms"))
    inside = f"{LABELS['services']}\n{ticks('services')}\n{TICK_NOTE}"
    rows += [R("services", [C(GROUPS["services"], role="group"), C(inside, 2, role="inside")])]
    return T("governance", rows)


def goal_rows(key: str, header: list[str], places: tuple[int, ...]) -> list[R]:
    """Return the rows of a goal table; `places` picks the numbers of each indicator."""
    rows = [R(f"{key}_head", [C(text, role="head") for text in header])]
    for direction, indicators in DIRECTIONS.items():
        for number, indicator in enumerate(indicators):
            cells = [C("" if number else direction, down="go" if number else "start", role="group")]
            name, *numbers = GOALS[indicator]
            cells += [C(name, role="label"), *(C(numbers[place]) for place in places)]
            rows.append(R(f"{key}.{indicator}", cells))
        rows.append(R(f"{key}.{direction}.more", [C("", down="go", role="group"), C("......", role="label"), *(C() for _ in places)]))  # fmt: skip
    for direction, (name, *texts) in DESCRIBED.items():
        cells = [C(name, role="group"), C("定性描述", role="label")]
        rows.append(R(f"{key}.{direction}", [*cells, *(C(texts[place]) for place in places)]))
    rows.append(R(f"{key}.other", [C("其它", role="group"), C("......", role="label"), *(C() for _ in places)]))  # fmt: skip
    return rows


def achieved() -> T:
    header = ["方向", "指标", "2023年基准值", "2025年目标值", "2025年完成值"]
    return T("achieved", goal_rows("achieved", header, (0, 1, 2)))


def goals() -> T:
    return T("goals", goal_rows("goals", ["方向", "指标", "2025年基准值", "2028年目标值"], (2, 3)))


def heading(key: str) -> P:
    return P(PROSE[key], f"{key}_heading")


def passage(key: str) -> list[P]:
    hint = [P(HINTS[key], f"{key}_hint")] if key in HINTS else []
    return [heading(key), *hint, P(TEXTS[key], key)]


def prose() -> list[P | T]:
    return [
        P("（3000字以内）", "completion_note"),
        *passage("overview"),
        *passage("nurturing"),
        *passage("results"),
        achieved(),
        P(HEADINGS["plan"], "plan_title"),
        *passage("idea"),
        heading("goals_heading"),
        heading("overall"),
        P(HINTS["overall"], "overall_hint"),
        goals(),
        *(P(line, f"goal_note_{number}") for number, line in enumerate(GOAL_NOTE)),
        heading("stages"),
        *passage("stage_1"),
        *passage("stage_2"),
        *passage("stage_3"),
        *passage("tasks"),
        *passage("safeguards"),
    ]


BODY = "word/document.xml"


@functools.cache
def blank_parts() -> dict[str, bytes]:
    made = io.BytesIO()
    Document().save(made)
    with zipfile.ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def blank() -> tuple[dict[str, bytes], Any]:
    """Return the parts of an empty document, its text apart as an element to fill."""
    parts = dict(blank_parts())
    return parts, parse_xml(parts.pop(BODY)).find(qn("w:body"))


class Paper:
    """A filled form before it is a file; cases bend it."""

    def __init__(self):
        cover = [P(f"{text}{TEXTS[key]}", key) for key, text in COVER.items()]
        notes = [P(f"{number}.{text}", "note") for number, text in enumerate(INSTRUCTIONS, 1)]
        self.blocks: list[P | T] = [P("附件2"), P(TITLE, "title"), *cover]
        self.blocks += [P("新疆维吾尔自治区工业和信息化厅 制"), P("填报说明"), *notes]
        for part in (basics, industry, innovation, digital, green, opening, governance):
            self.blocks += [P(HEADINGS[part.__name__], f"{part.__name__}_title"), part()]
        self.blocks += [P(HEADINGS["completion"], "completion_title")]
        self.blocks += [T("frame", [R("frame", [C(prose())])])]
        self.blocks += [P("九、真实性声明及推荐意见"), T("signed", [R("truth", [C("真实性声明", role="label")]), R("said", [C(TRUTH)])])]  # fmt: skip

    def walk(self, blocks: list[Any] | None = None) -> Iterator[tuple[list[Any], Any]]:
        """Yield every paragraph, table and row with the list it stands in."""
        blocks = self.blocks if blocks is None else blocks
        for block in list(blocks):
            yield blocks, block
            if isinstance(block, T):
                for row in list(block.rows):
                    yield block.rows, row
                    for cell in row.cells:
                        yield from self.walk(cell.content)

    def __getitem__(self, key: str) -> Any:
        """Return the row, table or paragraph of a key; a section's table by its own."""
        return next(found for _, found in self.walk() if getattr(found, "key", "") == key)

    def home(self, key: str) -> tuple[list[Any], int]:
        """Return the list something stands in, and where."""
        blocks, found = next((b, f) for b, f in self.walk() if getattr(f, "key", "") == key)
        return blocks, next(n for n, item in enumerate(blocks) if item is found)

    def remove(self, *keys: str) -> None:
        for key in keys:
            blocks, at = self.home(key)
            del blocks[at]

    def replace(self, key: str, *others: Any) -> None:
        blocks, at = self.home(key)
        blocks[at : at + 1] = others

    def insert_after(self, key: str, *others: Any) -> None:
        blocks, at = self.home(key)
        blocks[at + 1 : at + 1] = others

    def rows(self, *tables: str) -> Iterator[R]:
        for table in tables or tuple(HEADINGS)[:7]:
            yield from self[table].rows

    def type(self, key: str, *texts: Any) -> None:
        """Type other values into a row."""
        for cell, text in zip(self[key].values, texts, strict=True):
            cell.put(text)

    def save(self, path: Path) -> Path:
        """Write the Word file: an empty one of python-docx with this content in it."""
        parts, body = blank()
        for block in self.blocks:
            body.insert(len(body) - 1, block.element())
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
            archive.writestr(BODY, serialize_part_xml(body.getparent()))
        return path

    def drop_number(self, key: str) -> None:
        """Leave the number before a heading to Word's own numbering."""
        line = self[key]
        line.text, line.numbered = re.split("[、.]", line.text, maxsplit=1)[1], True


# -- what is read ----------------------------------------------------------------------------------


def typed() -> dict[str, str]:
    """Return everything that the complete form says, by place."""
    said = {
        f"{KEPT_AS.get(key, key)}.{year}": value
        for key, values in SERIES.items()
        for year, value in zip(YEARS, values, strict=True)
    }
    for key, value in NUMBERS.items():
        indicator = key in {"area", "patents", "patents_per_10k"}
        said[f"{key}.2025" if indicator else f"answer.{key}"] = value
    said |= {f"answer.{key}": text for key, text in TEXTS.items()}
    said |= {
        f"answer.{key}.{number}": "✓" for key, numbers in CHOICES.items() for number in numbers
    }
    for key in ("had_incidents", "had_violations"):  # none: a number
        del said[f"answer.{key}.2"]
        said[f"{key.removeprefix('had_')}.2025"] = "0"
    for key, (count, names) in COUNTS.items():
        said |= {f"answer.{key}.count": count, f"answer.{key}.names": names}
    for key, (_, before, promised, now, then) in GOALS.items():
        said |= {f"{key}.2023": before, f"{key}.2025": now, f"goal.{key}.2028": then}
        said[f"answer.achieved.{key}.target"] = promised
    for key, (_, before, promised, now, then) in DESCRIBED.items():
        said |= {
            f"answer.achieved.{key}.baseline": before,
            f"answer.achieved.{key}.target": promised,
        }
        said |= {f"answer.achieved.{key}.actual": now, f"answer.goals.{key}.baseline": now}
        said[f"answer.goals.{key}.target"] = then
    return said


@dataclass
class Read:
    """What came out of a form, by the same places."""

    form: FormReading
    found: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        base, plan = self.form.baseline, self.form.plan
        self.found = {f"{cell.indicator}.{cell.year}": str(v) for cell, v in base.values.items()}
        self.found |= {f"growth.{c.indicator}.{c.year}": str(v) for c, v in base.growth.items()}
        self.found |= {
            f"goal.{c.indicator}.{c.year}": str(v) for c, v in (plan.given or {}).items()
        }
        self.found |= {f"answer.{slot}": text for slot, text in self.form.answers.values.items()}

    @property
    def unplaced(self) -> list[str]:
        return [f.facts["field"] for f in self.form.findings if f.code == "form_unplaced"]

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.form.findings}

    def mentions(self, place: str) -> bool:
        """Whether a finding says of a place that something there was not taken."""
        field = next((name for name, kept in KEPT_AS.items() if place.startswith(kept)), "")
        key = place.removeprefix("answer.").removeprefix("goal.").partition(".")[0]
        key = field or {"incidents": "had_incidents", "violations": "had_violations"}.get(key, key)
        item = self.form.form.fields.get("goals" if place.startswith("goal.") else key)
        year = place[-4:] if place[-4:].isdigit() else ""
        for finding in self.form.findings:
            if finding.level is Obligation.INFO or finding.code in CONTRADICTIONS:
                continue
            if item and finding.facts.get("field") == item.name:
                return True
            if not finding.place.cell:
                continue
            if finding.indicator == key and str(finding.year or "") == year:
                return True
            if item and finding.place.cell.startswith(item.name[:24]):
                return True
        return False


# Findings that say that numbers differ, not that one was passed over.
CONTRADICTIONS = {"ratio_contradicts", "growth_contradicts", "sum_differs", "part_above_whole"}


def same(typed_text: str, found: str) -> bool:
    """Whether two texts say the same: blanks and the unit behind a number are no matter."""
    first, second = (re.sub(r"\s", "", text) for text in (typed_text, found))
    number = re.fullmatch(r"([\d.]+)(?:%|家|个|件|亿元|万吨)", second)
    return first == (number[1] if number else second)


@pytest.fixture(scope="module")
def form():
    return load_form()


@pytest.fixture
def read(tmp_path, monkeypatch, form) -> Callable[[Paper], Read]:
    """Return a reader; how tables are drawn is compared with the blank form elsewhere."""
    monkeypatch.setattr(formread, "shape_findings", lambda *_: ())

    def reader(paper: Paper) -> Read:
        return Read(planner.read_form(paper.save(tmp_path / "申报表.docx"), form=form))

    return reader


def differences(
    found: Read, changed: dict[str, str | None] | None = None
) -> dict[str, tuple[str | None, str | None]]:
    """Return what was typed and what was read wherever they differ; None is nothing."""
    wanted: dict[str, str | None] = {**typed(), **(changed or {})}
    return {
        place: (wanted.get(place), found.found.get(place))
        for place in sorted({*wanted, *found.found})
        if not _agree(wanted.get(place), found.found.get(place))
    }


def _agree(wanted: str | None, found: str | None) -> bool:
    return wanted == found if wanted is None or found is None else same(wanted, found)


def check_whole(found: Read, changed: dict[str, str | None] | None = None) -> None:
    """All that was typed is read, nothing else, and nothing is said to be missing."""
    assert differences(found, changed) == {}
    assert found.unplaced == []


def check_safe(
    found: Read, may_miss: tuple[str, ...], changed: dict[str, str | None] | None = None
) -> None:
    """Nothing wrong is read; what is missing is among the doubtful and has a finding."""
    odd = differences(found, changed)
    assert {place: pair for place, pair in odd.items() if pair[1] is not None} == {}
    assert [place for place in odd if not place.startswith(may_miss)] == []
    assert [place for place in odd if not found.mentions(place)] == []


def papers(cases: Iterable[tuple[Any, ...]], at_once: int = 1) -> list[list[tuple[Any, ...]]]:
    """Return cases by the papers they share: each row takes one of them in a paper, or a few."""
    shared: list[list[tuple[Any, ...]]] = []
    seen: dict[Any, int] = {}
    for case in cases:
        paper, seen[case[0]] = seen.get(case[0], 0) // at_once, seen.get(case[0], 0) + 1
        shared += [[]] * (paper == len(shared))
        shared[paper] = [*shared[paper], case]
    return shared


def test_a_complete_form_is_read_as_it_stands(read):
    check_whole(read(Paper()))


def test_a_typed_form_is_recognised_by_itself(tmp_path):
    found = Read(planner.read_form(Paper().save(tmp_path / "申报表.docx")))
    assert found.form.form.id == "xinjiang-recheck"
    check_whole(found)


# -- columns and widths ----------------------------------------------------------------------------

YEARLY = ("industry", "innovation", "digital")


def yearly_rows(paper: Paper, *tables: str) -> list[R]:
    rows = paper.rows(*(tables or YEARLY))
    return [row for row in rows if row.key.endswith("_years") or row.key in SERIES]


def other_rows(paper: Paper, *tables: str) -> list[R]:
    kept = {id(row) for row in yearly_rows(paper, *tables)}
    return [row for row in paper.rows(*(tables or YEARLY)) if id(row) not in kept]


def reorder_years(*order: int) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for row in yearly_rows(paper):
            row.cells[1:] = [row.cells[1 + number] for number in order]

    return bend


def add_column(at: int, head: str, text: str) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for row in yearly_rows(paper):
            said = head if row.key.endswith("_years") else text
            row.cells.insert(at if at >= 0 else len(row.cells), C(said, role="extra"))
        for row in other_rows(paper):
            row.cells[-1].span += 1

    return bend


def number_the_rows(paper: Paper) -> None:
    for table in tuple(HEADINGS)[:7]:
        for number, row in enumerate(paper[table].rows):
            head = row.key.endswith("_years")
            row.cells.insert(0, C("序号" if head else str(number), role="extra"))


def fine_grid(
    header: tuple[int, ...], body: tuple[int, ...], *keys: str
) -> Callable[[Paper], None]:
    """Draw borders of some rows a little beside those of the header, as dragging them does."""

    def bend(paper: Paper) -> None:
        for row in yearly_rows(paper, "industry"):
            moved = row.key in keys if keys else not row.key.endswith("_years")
            for cell, span in zip(row.cells, body if moved else header, strict=True):
                cell.span = span
        for row in other_rows(paper, "industry"):
            row.cells[-1].span = sum(header) - 1
        wide = sum(header)
        paper["industry"].table = {
            (1, 1, 2, 1): (4000, 1500, 200, 1300, 1500),
            (1, 2, 1, 1): (4000, 1300, 200, 1500, 1500),
            (2, 1, 1, 1): (4000, 200, 1300, 1500, 1500),
        }.get(header, (8500 // wide,) * wide)

    return bend


def two_line_header(paper: Paper) -> None:
    for table in YEARLY:
        first = paper[f"{table}_years"]
        first.cells[0].down = "start"
        second = R(f"{table}_head", [C("", down="go", role="head"), *first.cells[1:]])
        first.cells[1:] = [C("数值", 3, role="head")]
        paper.insert_after(first.key, second)


def values_below_a_blank_column(paper: Paper) -> None:
    for row in yearly_rows(paper):
        row.cells.insert(1, C("", role="extra"))
    for row in other_rows(paper):
        row.cells[-1].span += 1


def last_column_cut_off(paper: Paper) -> None:
    """Leave a row's remark cell out although the header has one."""
    add_column(-1, "备注", "")(paper)
    for row in yearly_rows(paper):
        if not row.key.endswith("_years"):
            del row.cells[-1]


GEOMETRY = {
    "years reversed": reorder_years(2, 1, 0),
    "latest year first": reorder_years(2, 0, 1),
    "remarks on the right": add_column(-1, "备注", "见附件3"),
    "remarks that hold numbers": add_column(-1, "备注", "2022年为137.50"),
    "remarks column left blank": add_column(-1, "备注", ""),
    "units before the years": add_column(1, "单位", "亿元/家/%"),
    "units after the years": add_column(-1, "计量单位", "亿元"),
    "numbered rows": number_the_rows,
    "a blank column": values_below_a_blank_column,
    "header in two rows": two_line_header,
    "remark cells cut off": last_column_cut_off,
    "border of all rows moved right": fine_grid((1, 1, 2, 1), (1, 2, 1, 1)),
    "border of all rows moved left": fine_grid((1, 2, 1, 1), (1, 1, 2, 1)),
    "border of one row moved right": fine_grid((1, 1, 2, 1), (1, 2, 1, 1), "smes"),
    "border of one row moved left": fine_grid((1, 2, 1, 1), (1, 1, 2, 1), "output"),
    "label narrower than in the header": fine_grid((2, 1, 1, 1), (1, 2, 1, 1)),
    "label wider than in the header": fine_grid((1, 2, 1, 1), (2, 1, 1, 1)),
}


@pytest.mark.parametrize("bend", GEOMETRY.values(), ids=GEOMETRY.keys())
def test_columns_are_known_by_their_headers(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


@pytest.mark.parametrize(
    "years",
    [
        ("2023", "2024", "2025"),
        ("２０２３年", "２０２４年", "２０２５年"),
        ("2023 年", "2024 年", "2025 年"),
        ("2023年度", "2024年度", "2025年度"),
        ("2023年末", "2024年末", "2025年末"),
        ("2023年（实际）", "2024年（实际）", "2025年（实际）"),
        ("2023\v年", "2024\v年", "2025\v年"),
        ("二〇二三年", "二〇二四年", "二〇二五年"),
    ],
    ids=" ".join,
)
def test_years_are_written_in_many_ways(read, years):
    paper = Paper()
    for table in YEARLY:
        for cell, year in zip(paper[f"{table}_years"].cells[1:], years, strict=True):
            cell.put(year)
    check_whole(read(paper))


def test_the_years_of_an_older_form_stay_those_years(read):
    paper = Paper()
    for cell, year in zip(paper["innovation_years"].cells[1:], ("2022年", "2023年", "2024年"), strict=True):  # fmt: skip
        cell.put(year)
    found = read(paper).found
    assert found["rd_intensity.2022"] == "2.31"
    assert found["rd_intensity.2024"] == "2.50"
    assert "rd_intensity.2025" not in found


def test_a_section_without_its_header_is_not_guessed(read):
    paper = Paper()
    paper.remove("innovation_years")
    check_safe(read(paper), ("rd_intensity", "rd_spend", "growth.rd_spend"))


@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_merged_cell_may_be_three(read, column):
    paper = Paper()
    for key in ("leading_average", "patents_average", "patents_per_10k", "patents"):
        row = paper[key]
        row.cells[1:] = [C(), C(), C()]
        row.cells[1 + column].put(NUMBERS[key])
    check_whole(read(paper))


@pytest.mark.parametrize("texts", [("12.60", "平方公里"), ("平方公里", "12.60")], ids=" ".join)
def test_a_unit_may_have_a_cell_of_its_own(read, texts):
    paper = Paper()
    paper["area"].cells[1:] = [C(texts[0], 2), C(texts[1], 3)]
    check_whole(read(paper))


def split_label(paper: Paper) -> None:
    """Put what five labels have in common into a cell of its own, merged down."""
    keys = ("srdi_smes", "little_giants", "champions", "hightech", "innovative_smes")
    for row in paper.rows("industry"):
        if row.key in keys:
            rest = row.label.text.removeprefix("主导产业相关的")
            head = C("" if row.key != keys[0] else "主导产业相关的", down="go" if row.key != keys[0] else "start", role="group")  # fmt: skip
            row.label.put(rest)
            row.cells.insert(0, head)
        else:
            row.cells[0].span = 2


def unit_beside_label(paper: Paper) -> None:
    for row in yearly_rows(paper, "industry"):
        name, _, unit = row.cells[0].text.partition("（")
        row.cells[0].put(name)
        row.cells.insert(1, C(unit.rstrip("）") or "单位", role="extra"))
    for row in other_rows(paper, "industry"):
        row.cells[0].span = 2


def label_cell_cut_in_two(paper: Paper) -> None:
    """Leave a blank cell behind every label."""
    for row in paper.rows("basics", "industry", "innovation", "opening"):
        row.cells.insert(1, C("", role="extra"))


@pytest.mark.parametrize("bend", [split_label, unit_beside_label, label_cell_cut_in_two])
def test_the_label_column_may_be_split(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


# -- tables cut and joined -------------------------------------------------------------------------


def cut(table: str, before: str, *between: P, header: bool = False) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        rows = paper[table].rows
        at = next(number for number, row in enumerate(rows) if row.key == before)
        rest = T(f"{table}_2", rows[at:])
        if header:
            rest.rows.insert(0, copy.deepcopy(rows[0]))
        del rows[at:]
        paper.insert_after(table, *(between or (P(""),)), rest)

    return bend


CUTS = {
    "in the numbers": cut("industry", "smes"),
    "header repeated": cut("industry", "smes", header=True),
    "a word between": cut("industry", "smes", P("（续表）")),
    "title repeated": cut("industry", "smes", P("二、主导产业情况（续）")),
    "before the texts": cut("industry", "chain_text"),
    "in section three": cut("innovation", "rd_growth"),
    "in the digital group": cut("digital", "provincial_pilots"),
    "in the carbon years": cut("green", "co2_intensity.2025"),
    "between the green counts": cut("green", "provincial_green"),
    "between the platforms": cut("governance", "other_platforms"),
}


@pytest.mark.parametrize("bend", CUTS.values(), ids=CUTS.keys())
def test_a_table_may_be_cut_at_a_page_break(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


def test_a_cut_off_half_may_be_drawn_narrower(read):
    paper = Paper()
    cut("industry", "smes")(paper)
    for row in paper["industry"].rows:
        row.cells[0].span = 2
    check_whole(read(paper))


SECTIONS = tuple(HEADINGS)[:7]


def headings_in_tables(paper: Paper) -> None:
    for table in SECTIONS:
        width = max(sum(cell.span for cell in row.cells) for row in paper[table].rows)
        paper[table].rows.insert(0, R("", [C(HEADINGS[table], width, role="head")]))
        paper.remove(f"{table}_title")


def headings_gone(paper: Paper) -> None:
    paper.remove(*(f"{table}_title" for table in SECTIONS))


def all_headings_gone(paper: Paper) -> None:
    paper.remove(*(f"{part}_title" for part in HEADINGS))


def no_title(paper: Paper) -> None:
    paper.remove("title")


def one_table(paper: Paper) -> None:
    headings_in_tables(paper)
    joined = [row for table in SECTIONS for row in paper[table].rows]
    for row in joined:
        row.cells[-1].span += 6 - sum(cell.span for cell in row.cells)
    paper.replace("basics", T("all", joined))
    paper.remove(*SECTIONS[1:])


def one_table_without_headings(paper: Paper) -> None:
    one_table(paper)
    titles = {HEADINGS[table] for table in SECTIONS}
    paper["all"].rows = [row for row in paper["all"].rows if row.cells[0].text not in titles]


def renumbered(pattern: str) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for number, table in enumerate(SECTIONS):
            han = "一二三四五六七"[number]
            name = HEADINGS[table].split("、")[1]
            paper[f"{table}_title"].text = pattern.format(han=han, n=number + 1, name=name)

    return bend


HEADED = {
    "in the first row": headings_in_tables,
    "missing": headings_gone,
    "all missing": all_headings_gone,
    "no title": no_title,
    "one table": one_table,
    "one table without headings": one_table_without_headings,
    **{
        pattern: renumbered(pattern)
        for pattern in (
            "（{han}）{name}",
            "第{han}部分 {name}",
            "第{han}部分：{name}",
            "{n}. {name}",
            "{n}、{name}",
            "{han} {name}",
            "表{n} {name}",
            "{name}：",
            "{han}、集群{name}",
        )
    },
}


@pytest.mark.parametrize("bend", HEADED.values(), ids=HEADED.keys())
def test_sections_are_known_whatever_their_headings(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


# -- groups ----------------------------------------------------------------------------------------

GROUPED = ("digital", "green", "governance")


def unmerged(text: Callable[[str], str]) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        above = ""
        for row in paper.rows(*GROUPED):
            first = row.cells[0]
            above = first.text if first.down == "start" else above
            if first.down == "go":
                first.put(text(above))
            first.down = ""

    return bend


def group_column_gone(paper: Paper) -> None:
    for row in paper.rows(*GROUPED):
        if row.cells[0].role == "group" and "intensity" not in row.key and "formula" not in row.key:
            del row.cells[0]
            row.cells[-1].span += 1


def counts_merged_down_to_the_end(paper: Paper) -> None:
    """Merge the first column of the counts over the next rows too."""
    for row in paper.rows("governance"):
        if row.key == "services":
            row.cells[0].put("")
            row.cells[0].down = "go"


GROUPINGS = {
    "not merged, blank below": unmerged(lambda _: ""),
    "not merged, repeated": unmerged(lambda above: above),
    "column gone": group_column_gone,
    "merged too far": counts_merged_down_to_the_end,
}


@pytest.mark.parametrize("bend", GROUPINGS.values(), ids=GROUPINGS.keys())
def test_groups_are_drawn_in_many_ways(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


def across(paper: Paper) -> None:
    """Put the three years of section five side by side under one header."""
    for key in ("co2_intensity", "energy_intensity"):
        rows = [
            R(f"{key}_years", [C(LABELS[key], down="start", role="label"), *(C(f"{year}年") for year in YEARS)]),
            R(key, [C("", down="go"), *(C(value) for value in SERIES[key])]),
        ]  # fmt: skip
        paper.replace(f"{key}.2023", *rows)
        paper.remove(f"{key}.2024", f"{key}.2025")


def side_by_side(paper: Paper) -> None:
    for key in ("co2_intensity", "energy_intensity"):
        pairs = [C(text) for year, value in zip(YEARS, SERIES[key], strict=True) for text in (f"{year}年", value)]  # fmt: skip
        paper.replace(f"{key}.2023", R(key, [C(LABELS[key], role="label"), *pairs]))
        paper.remove(f"{key}.2024", f"{key}.2025")
        formula = key.replace("intensity", "formula")
        paper[formula].cells[0].down = ""


def year_in_the_cell(pattern: str) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for key in ("co2_intensity", "energy_intensity"):
            for year, value in zip(YEARS, SERIES[key], strict=True):
                row = paper[f"{key}.{year}"]
                row.cells[1:] = [C(pattern.format(year=year, value=value), 2)]

    return bend


def latest_on_top(paper: Paper) -> None:
    for key in ("co2_intensity", "energy_intensity"):
        for year, value, place in zip(reversed(YEARS), reversed(SERIES[key]), YEARS, strict=True):
            row = paper[f"{key}.{place}"]
            row.cells[1].put(f"{year}年")
            row.cells[2].put(value)


def all_in_one_cell(paper: Paper) -> None:
    for key in ("co2_intensity", "energy_intensity"):
        said = "；".join(
            f"{year}年：{value}" for year, value in zip(YEARS, SERIES[key], strict=True)
        )
        paper.replace(f"{key}.2023", R(key, [C(LABELS[key], role="label"), C(said, 2)]))
        paper.remove(f"{key}.2024", f"{key}.2025")
        paper[key.replace("intensity", "formula")].cells[0].down = ""


DOWN = {
    "across": across,
    "side by side": side_by_side,
    "latest on top": latest_on_top,
    "year and value in one cell": year_in_the_cell("{year}年：{value}"),
    "year and value with a blank": year_in_the_cell("{year}年   {value}"),
    "all in one cell": all_in_one_cell,
}


@pytest.mark.parametrize("bend", DOWN.values(), ids=DOWN.keys())
def test_the_years_of_section_five_stand_in_many_ways(read, bend):
    paper = Paper()
    bend(paper)
    intensities = (
        "co2_intensity.2023",
        "co2_intensity.2024",
        "energy_intensity.2024",
        "co2_intensity.2025",
    )
    check_safe(read(paper), (*intensities, "answer.co2_formula", "answer.energy_formula"))


@pytest.mark.parametrize("name", ["latest on top", "side by side", "year and value in one cell"])
def test_clear_years_of_section_five_are_read(read, name):
    paper = Paper()
    DOWN[name](paper)
    found = read(paper).found
    assert [found.get(f"co2_intensity.{year}") for year in YEARS] == ["0.48", "0.45", "0.42"]


@pytest.mark.parametrize(
    "text",
    [
        "（注：单位产值二氧化碳排放量需提供计算公式）排放总量÷集群总产值",
        "（注：单位产值二氧化碳排放量需提供计算公式：排放总量÷集群总产值）",
        "注：单位产值二氧化碳排放量需提供计算公式\n排放总量÷集群总产值",
        "(注:单位产值二氧化碳排放量需提供计算公式)\v排放总量÷集群总产值",
        "排放总量÷集群总产值\n（注：单位产值二氧化碳排放量需提供计算公式）",
    ],
    ids=["on the line", "in the bracket", "no bracket", "line break", "above the note"],
)
def test_a_formula_stands_about_its_note(read, text):
    paper = Paper()
    paper["co2_formula"].cells[1].put(text)
    check_whole(
        read(paper),
        {"answer.co2_formula": "排放总量÷集群总产值" + ("）" if "：排" in text else "")},
    )


def test_options_may_stand_right_of_a_label_that_is_printed_above_them(read):
    paper = Paper()
    for key in ("models_work", "services"):
        row = paper[key]
        row.cells[1:] = [label(key), C(ticks(key), row.cells[1].span - 1)]
    check_whole(read(paper))


def test_the_label_of_a_group_may_be_typed_without_its_note(read):
    paper = Paper()
    paper["national_green"].cells[0].put("集群绿色制造体系建设水平")
    paper["national_platforms"].cells[0].put("集群中小企业公共服务平台建设情况")
    check_whole(read(paper))


def test_short_labels_are_known_in_their_group_or_left_out(read):
    paper = Paper()
    for group in ("green", "platforms", "pilots"):
        for key, text in zip(
            ("national", "provincial", "other"), ("国家级", "省级", "其他"), strict=True
        ):
            paper[f"{key}_{group}"].label.put(text)
    kinds = ("national", "provincial", "other")
    check_safe(read(paper), tuple(f"answer.{key}_" for key in kinds))


# -- labels ----------------------------------------------------------------------------------------


def every_label(change: Callable[[str], str]) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for row in paper.rows():
            for cell in row.cells:
                if cell.role in {"label", "group"} and cell.text:
                    cell.put(change(cell.text))

    return bend


def half_width(text: str) -> str:
    return text.translate(str.maketrans("（）：，", "():,"))


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text).replace("%", "％")  # fmt: skip


def middle(text: str, mark: str) -> str:
    at = len(text) // 2
    return text[:at] + mark + text[at:]


LABELLING = {
    "blanks between all": every_label(" ".join),
    "blanks around": every_label(lambda text: f"  {text}　"),
    "wide blanks": every_label(lambda text: middle(text, "　　")),
    "full width": every_label(full_width),
    "half-width brackets": every_label(half_width),
    "line break": every_label(lambda text: middle(text, "\v")),
    "two paragraphs": every_label(lambda text: middle(text, "\n")),
    "colon": every_label(lambda text: text.rstrip("：") + "："),
    "no closing bracket": every_label(lambda text: text.replace("）", "")),
    "no brackets": every_label(lambda text: text.replace("（", "").replace("）", "")),
    "square brackets": every_label(lambda text: text.replace("（", "〔").replace("）", "〕")),
    "no limit": every_label(lambda text: re.sub(r"\n?（200字以内）", "", text)),
    "other limit": every_label(lambda text: text.replace("200字以内", "不超过200字")),
    "no units": every_label(lambda text: re.sub(r"（[^）]*[%元里值]）$", "", text)),
    "numbered": every_label(lambda text: f"1.{text}"),
    "numbered in brackets": every_label(lambda text: f"（3）{text}"),
    "numbered with a comma": every_label(lambda text: f"12、{text}"),
    "starred": every_label(lambda text: f"*{text}"),
    "quotes": every_label(lambda text: text.replace("“", '"').replace("”", '"')),
    "no quotes": every_label(lambda text: text.replace("“", "").replace("”", "")),
    "full-width percent": every_label(lambda text: text.replace("（%）", "（％）")),
    "percent without bracket": every_label(lambda text: text.replace("（%）", "%")),
    "unit behind a comma": every_label(lambda text: text.replace("（亿元）", "，亿元")),
}


@pytest.mark.parametrize("bend", LABELLING.values(), ids=LABELLING.keys())
def test_labels_are_known_however_they_are_typed(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


SLIPS = [
    ("leading_growth", "集群主导产业产植增速（%）"),
    ("leading_average", "近3年集群主导产业产值年均增速（%）"),
    ("smes", "其中:集群中小企业数（年度当前值）"),
    ("srdi_smes", "主导产业相关省级专精特新中小企业数量（年度当前值）"),
    ("champions", "主导产业相关的国家级制造业单项冠军数量"),
    ("rd_spend", "集群中小企业研发经费总额（亿元人民币）"),
    ("rd_intensity", "集群中小企业研发投入强度（百分比）"),
    ("iiot_share", "集群中小企业工业互联网平台应用普及律（%）"),
    ("co2_reduction", "近三年集群单位产值二氧化碳排放量降低率（%）"),
    ("patents", "集群内中小企业有效发明专利拥有量"),
    ("foreign_branches", "集群或集群内企业在境外设立分支机构的数量"),
    ("chain_text", "集群产业链强链、补链情况（200字以内）"),
    ("brand_text", "集群质量品牌建设状况（200字以内）"),
    ("had_violations", "是否存在偷税漏税、违法违规、严重失信和其它重大问题的行为"),
    ("national_pilots", "国家级试点示范项目名称和数量"),
    ("alliances", "集群内产业联盟组织情况"),
]


@pytest.mark.parametrize("half", [0, 1])
def test_labels_with_a_slip_are_still_known(read, half):
    paper = Paper()
    for key, text in SLIPS[half::2]:
        paper[key].label.put(text)
    check_whole(read(paper))


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("output", "集群总产植（亿元）"),
        ("area", "集群占地面机（平方公里）"),
        ("output", "集群工业总产值（亿元）"),
        ("enterprises", "企业数量（年度当前值）"),
        ("enterprises", "集群企业总数"),
        ("cloud_share", "上云率（%）"),
        ("hightech", "高新技术企业"),
        ("innovative_smes", "创新型企业"),
        ("chain_text", "强链补链情况"),
    ],
)
def test_another_name_is_known_or_reported(read, key, text):
    paper = Paper()
    paper[key].label.put(text)
    check_safe(read(paper), (f"{key}.", f"answer.{key}"))


@pytest.mark.parametrize(
    ("key", "text", "numbers"),
    [
        ("output", "集群总产值（万元）", ("1521000.00", "1684000.00", "1862000.00")),
        ("rd_spend", "集群中小企业研发经费总额（万元）", ("35100.00", "40400.00", "46500.00")),
        ("cloud_share", "集群中小企业上云比例（‰）", ("466.20", "528.60", "586.50")),
    ],
)
def test_a_label_in_another_unit_is_no_number_of_ours(read, key, text, numbers):
    paper = Paper()
    paper[key].label.put(text)
    paper.type(key, *numbers)
    check_safe(read(paper), (f"{key}.",))


def test_an_area_in_another_unit_is_converted_and_said(read):
    paper = Paper()
    paper["area"].label.put("集群占地面积（亩）")
    paper.type("area", "18900")  # 15 mu are a hectare
    found = read(paper)
    check_whole(found)
    said = [item for item in found.form.findings if item.code == "unit_converted"]
    assert [(item.indicator, item.found) for item in said] == [("area", "18900 亩")]


# -- numbers ---------------------------------------------------------------------------------------


TYPED_NUMBERS = [
    ("output", "１８６．２０", "186.20"),
    ("output", "186.20亿元", "186.20"),
    ("output", "186.20 亿元", "186.20"),
    ("output", "186.20\n亿元", "186.20"),
    ("output", "186.20（亿元）", "186.20"),
    ("output", "  186.20  ", "186.20"),
    ("output", "　186.20　", "186.20"),
    ("output", "186. 20", "186.20"),
    ("output", "1,862.00", "1862.00"),
    ("output", "１，８６２．００", "1862.00"),
    ("output", "1 862.00", "1862.00"),
    ("output", "186.2", "186.20"),
    ("output", "186", "186.00"),
    ("output", "186.20亿", "186.20"),
    ("enterprises", "331家", "331"),
    ("enterprises", "331户", "331"),
    ("enterprises", "３３１ 个", "331"),
    ("enterprises", "331.00", "331"),
    ("sme_share", "78.20%", "78.20"),
    ("sme_share", "７８．２０％", "78.20"),
    ("sme_share", "78.20 %", "78.20"),
    ("leading_growth", "-3.20", "-3.20"),
    ("leading_growth", "－3.20", "-3.20"),
    ("leading_growth", "−3.20%", "-3.20"),
    ("leading_growth", "+3.20%", "3.20"),
]


@pytest.mark.parametrize("cases", papers(TYPED_NUMBERS, at_once=len(YEARS)))
def test_numbers_are_understood(read, cases):
    paper = Paper()
    wanted = {}
    for (key, text, number), year in zip(cases, years_of(cases), strict=True):
        paper[key].values[YEARS.index(year)].put(text)
        wanted[f"{KEPT_AS.get(key, key)}.{year}"] = number
    check_whole(read(paper), wanted)


def years_of(cases: Iterable[tuple[Any, ...]]) -> list[str]:
    """Return a year of its own for every case of a row, the last one first."""
    keys = [case[0] for case in cases]
    return [YEARS[-1 - keys[:number].count(key)] for number, key in enumerate(keys)]


DOUBTFUL = [
    ("output", "约186.20"),
    ("output", "186.20（预计）"),
    ("output", "186。20"),
    ("output", "186.20。"),
    ("output", "186.20-190.00"),
    ("output", "186.20/168.40"),
    ("output", "1862000万元"),
    ("output", "186.20%"),
    ("output", "186.20①"),
    ("output", "一百八十六点二"),
    ("output", "186.20\n（同比增长10.57%）"),
    ("output", "2025年：186.20"),
    ("output", "186,20"),
    ("enterprises", "331家（含分公司12家）"),
    ("enterprises", "共331家"),
    ("enterprises", "300多"),
    ("enterprises", "三百三十一"),
    ("leading_growth", "下降3.20"),
    ("leading_growth", "—3.20"),
    ("leading_growth", "↓3.20"),
]
CLEAR = {
    "186.20（预计）",
    "186.20。",
    "2025年：186.20",
    "331家（含分公司12家）",
    "186.20\n（同比增长10.57%）",
    "共331家",
    "约186.20",
    "1862000万元",
    "186。20",
    "186.20①",
}
MINUS = {"下降3.20", "—3.20", "↓3.20"}


@pytest.mark.parametrize("cases", papers(DOUBTFUL, at_once=len(YEARS)))
def test_what_may_be_another_number_is_reported_and_not_guessed(read, cases):
    paper = Paper()
    good: dict[str, set[str]] = {}
    for (key, text), year in zip(cases, years_of(cases), strict=True):
        said = text.replace("2025年", f"{year}年")
        paper[key].values[YEARS.index(year)].put(said)
        clear = {"331" if key == "enterprises" else "186.20"} if text in CLEAR else set()
        good[f"{KEPT_AS.get(key, key)}.{year}"] = clear | ({"-3.20"} if text in MINUS else set())
    found = read(paper)
    understood = {
        place: found.found[place] for place in good if found.found.get(place) in good[place]
    }
    doubtful = tuple(place for place in good if place not in understood)
    wanted = {place: "-" if place in found.found else None for place in doubtful}
    check_safe(found, doubtful, {**wanted, **understood})
    assert [place for place in doubtful if not found.mentions(place)] == []


@pytest.mark.parametrize("texts", [("", "—", "/"), ("无", "-", "……")], ids=" ".join)
def test_a_blank_is_no_number(read, texts):
    paper = Paper()
    paper.type("champions", *texts)
    # 无 is what the form's instructions ask for where there are none.
    wanted = {f"champions.{year}": None for year in YEARS}
    wanted |= {"champions.2023": "0"} if "无" in texts else {}
    check_whole(read(paper), wanted)


SINGLE = [
    ("area", "12.60平方公里", "12.60"),
    ("area", "12.60km²", "12.60"),
    ("area", "１２．６０ 平方公里", "12.60"),
    ("area", "12.6", "12.60"),
    ("area", "18900亩", "12.60"),
    ("area", "约12.60平方公里", None),
    ("patents", "214件", "214"),
    ("patents", "　　　214　　　个", "214"),
    ("patents", "214个（需提供清单及佐证材料）", "214"),
    ("patents", "214\n（需提供清单及佐证材料）", "214"),
    ("patents", "214 个\v（需提供清单及佐证材料）", "214"),
    ("patents", "_214_个", "214"),
    ("patents", "214个\n（清单见附件5）", "214"),
    ("patents_per_10k", "114.81", "114.81"),
    ("patents_per_10k", "114.81件", "114.81"),
    ("patents_per_10k", "114.81件/万人", "114.81"),
    ("patents_per_10k", "114.81（214÷18640×10000）", "114.81"),
    ("patents_per_10k", "214/18640*10000=114.81", "114.81"),
    ("patents_per_10k", "214÷18640×10000＝114.81件", "114.81"),
    ("patents_per_10k", "计算公式：214/18640*10000=114.81", "114.81"),
    ("patents_per_10k", "计算公式：集群内中小企业有效发明专利拥有量/10000*集群中小企业从业人员数量\n114.81", "114.81"),
    ("patents_per_10k", "114.81\n计算公式：集群内中小企业有效发明专利拥有量/10000*集群中小企业从业人员数量", "114.81"),
    ("patents_per_10k", "计算公式：集群内中小企业有效发明专利拥有量/10000*集群中小企业从业人员数量=114.81", "114.81"),
    ("patents_per_10k", "计算公式：集群内中小企业有效发明专利拥有量/10000*集群中小企业从业人员数量", None),
]  # fmt: skip


@pytest.mark.parametrize("cases", papers(SINGLE))
def test_single_numbers_are_understood(read, cases):
    paper = Paper()
    for key, text, _ in cases:
        paper.type(key, text)
    found = read(paper)
    for key, text, number in cases:
        place = f"{key}.2025"
        assert found.found.get(place) == number, text
        assert number or found.mentions(place) or "计算公式" in text, text
    found.found = {p: v for p, v in found.found.items() if not p.endswith(".formula")}
    assert differences(found, {f"{key}.2025": number for key, _, number in cases}) == {}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("co2_intensity", "0.42吨/万元"),
        ("co2_intensity", "0.42吨二氧化碳/万元"),
        ("co2_intensity", "0.42（吨二氧化碳/万元）"),
        ("energy_intensity", "0.22吨标准煤/万元"),
        ("energy_intensity", "0.22 吨标煤/万元"),
    ],
)
def test_the_form_s_own_units_are_units(read, key, text):
    paper = Paper()
    paper.type(f"{key}.2025", text)
    check_whole(read(paper))


@pytest.mark.parametrize(
    "text", ["7个", "７ 个", "7家\n（需提供清单及相关佐证材料）", "7个（需提供清单及相关佐证材料）"]
)
def test_a_count_of_branches_is_a_number(read, text):
    paper = Paper()
    paper.type("foreign_branches", text)
    assert read(paper).found["answer.foreign_branches"].translate(str.maketrans("７", "7")) in {
        "7",
        "7家",
    }


# -- ticks -----------------------------------------------------------------------------------------

TICKED_ROWS = tuple(key for key in CHOICES if key not in {"operator_changed", "carbon_monitoring", "models_work", "services"})  # fmt: skip


def mark(paper: Paper, write: Callable[[str], list[P] | str]) -> None:
    """Write all choices anew."""
    for key in TICKED_ROWS:
        paper.type(key, write(key))
    row = paper["operator"]
    row.cells[-1].put(write("operator_changed"))
    paper.type("carbon_monitoring", write("carbon_monitoring"))
    for key in ("models_work", "services"):
        rest = write(key)
        lines = [P(line) for line in rest.split("\n")] if isinstance(rest, str) else rest
        paper[key].cells[1].put([P(LABELS[key]), *lines])


@pytest.mark.parametrize(
    ("on", "off"),
    [
        ("☑", "□"), ("■", "□"), ("√", "□"), ("✓", "☐"), ("☒", "☐"), ("√", ""), ("✔", "○"), ("●", "○"),
        ("☑ ", "□ "), ("[√]", "[ ]"), ("（√）", "（ ）"), ("(√)", "()"), ("√□", "□"), ("□√", "□"), ("R", "□"), ("Ｖ", "□"), ("✕", "□"), ("【√】", "【】"),
    ],
)  # fmt: skip
def test_a_tick_before_the_option(read, on, off):
    paper = Paper()
    mark(paper, lambda key: ticks(key, on, off))
    found = read(paper)
    if on in {"R", "Ｖ", "✕"}:
        check_safe(found, (*(f"answer.{key}" for key in CHOICES), "incidents", "violations"))
    else:
        check_whole(found)


@pytest.mark.parametrize(
    ("on", "off", "between"),
    [
        ("√", "", "\n"), ("☑", "□", "\n"), ("√", "□", "\n"), (" √", "", "\n"), ("（√）", "（）", "\n"), ("（√）", "（ ）", "  "),
        ("☑", "□", "   "), ("√", "", "   "), ("■", "□", "    "), (" ☑", " □", "    "), ("[√]", "[ ]", "；"),
    ],
)  # fmt: skip
def test_a_tick_behind_the_option(read, on, off, between):
    paper = Paper()
    mark(
        paper,
        lambda key: between.join(
            f"{text}{on if number in CHOICES[key] else off}"
            for number, text in enumerate(OPTIONS[key], 1)
        ),
    )
    check_whole(read(paper))


@pytest.mark.parametrize("between", ["  ", "　", "", "；", " / ", "\t"])
def test_options_may_stand_in_one_line(read, between):
    paper = Paper()
    mark(paper, lambda key: ticks(key).replace("\n", between))
    check_whole(read(paper))


@pytest.mark.parametrize("number", ["{n}.", "（{n}）", "{n}、"])
def test_options_may_be_numbered(read, number):
    paper = Paper()
    mark(
        paper,
        lambda key: "\n".join(
            f"{line[0]}{number.format(n=n)}{line[1:]}"
            for n, line in enumerate(ticks(key).split("\n"), 1)
        ),
    )
    check_whole(read(paper))


@pytest.mark.parametrize("kept", ["{text}", "☑{text}", "√ {text}", "{text}。"])
def test_only_what_was_chosen_may_be_left(read, kept):
    paper = Paper()
    mark(paper, lambda key: "\n".join(kept.format(text=OPTIONS[key][n - 1]) for n in CHOICES[key]))
    check_whole(read(paper))


def boxes(make: Callable[[bool], Any]) -> Callable[[str], list[P]]:
    def write(key: str) -> list[P]:
        return [P([make(n in CHOICES[key]), text]) for n, text in enumerate(OPTIONS[key], 1)]

    return write


def private(code: int):
    return run(chr(code))


def in_font(text: str, font: str):
    return parse_xml(f"<w:r {nsdecls('w')}><w:rPr><w:rFonts w:ascii='{font}' w:hAnsi='{font}'/></w:rPr><w:t>{text}</w:t></w:r>")  # fmt: skip


SIGNS = {
    "content control": check_box,
    "old form": old_check_box,
    "wingdings 2 tick in a box": lambda on: symbol("52" if on else "A3"),
    "wingdings 2 cross in a box": lambda on: symbol("53" if on else "A3"),
    "wingdings 2 tick": lambda on: symbol("50" if on else "A3"),
    "wingdings box": lambda on: symbol("FE" if on else "A8", "Wingdings"),
    "wingdings cross in a box": lambda on: symbol("FD" if on else "A8", "Wingdings"),
    "wingdings tick": lambda on: symbol("FC" if on else "6F", "Wingdings"),
    "wingdings full box": lambda on: symbol("6E" if on else "6F", "Wingdings"),
    "symbol root": lambda on: symbol("D6", "Symbol") if on else run("□"),
    "private character": lambda on: private(0xF052 if on else 0xF0A3),
    "letter in wingdings 2": lambda on: in_font("R", "Wingdings 2") if on else run("□"),
    "tick in its own run": lambda on: run("√") if on else run("□"),
}


@pytest.mark.parametrize("make", SIGNS.values(), ids=SIGNS.keys())
def test_boxes_and_symbols_of_word_are_ticks(read, make):
    paper = Paper()
    mark(paper, boxes(make))
    check_whole(read(paper))


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("☑是  □否（如涉及，需提供佐证材料）", 1),
        ("□是  ☑否（如涉及，需提供佐证材料）", 2),
        ("☑是□否（如涉及，需提供佐证材料）", 1),
        ("□是☑否（如涉及，需提供佐证材料）", 2),
        ("是☑  否□（如涉及，需提供佐证材料）", 1),
        ("是□  否☑（如涉及，需提供佐证材料）", 2),
        ("是√  否", 1),
        ("是  否√", 2),
        ("√是  否", 1),
        ("是  √否", 2),
        ("是 √ 否 □", 1),
        ("是（√）  否（  ）", 1),
        ("是（  ）  否（√）", 2),
        ("是", 1),
        ("否。", 2),
        ("是，已接入自治区监测平台", 1),
        ("是\n（见附件8监测机制文件，是否备案：已备案）", 1),
        ("☑是 □否\n（监测设备是否联网：是）", 1),
    ],
)
def test_yes_or_no_on_one_line(read, text, option):
    paper = Paper()
    paper.type("carbon_monitoring", text)
    wanted = {"answer.carbon_monitoring.1": "✓" if option == 1 else None}
    wanted |= {"answer.carbon_monitoring.2": "✓" if option == 2 else None}
    check_whole(read(paper), wanted)


@pytest.mark.parametrize("text", ["□是  □否", "☑是  ☑否", "不适用", "是  否", ""])
def test_an_unclear_choice_is_no_choice(read, text):
    paper = Paper()
    paper.type("carbon_monitoring", text)
    found = read(paper).found
    both = {"answer.carbon_monitoring.1", "answer.carbon_monitoring.2"}
    assert len(both & found.keys()) == (2 if text.count("☑") == 2 else 0)


@pytest.mark.parametrize("order", [0, 1])
def test_options_may_have_cells_of_their_own(read, order):
    paper = Paper()
    texts = ["☑是", "□否"]
    cells = [C(text) for text in (texts, texts[::-1])[order]]
    paper["carbon_monitoring"].cells[1:] = cells
    paper["restricted_industry"].cells[1:] = [C("□是", 2), C("☑否", 3)]
    check_whole(read(paper))


def test_an_incident_is_no_zero(read):
    """That there were some is known, if not how many: the rule is not met, and that is said."""
    paper = Paper()
    paper.type("had_incidents", "☑是（需附情况说明）\n□否")
    found = read(paper)
    check_whole(found, {"incidents.2025": "1", "answer.had_incidents.1": "✓"})
    said = {item.code: item.level.value for item in found.form.findings}
    assert said["form_at_least_one"] == "needs_reason"


def test_both_ticks_are_no_number(read):
    paper = Paper()
    paper.type("had_incidents", "☑是（需附情况说明）\n☑否")
    found = read(paper)
    assert "incidents.2025" not in found.found
    assert "form_tick_both" in {item.code for item in found.form.findings}


def test_an_incident_that_is_left_open_is_no_zero(read):
    paper = Paper()
    paper.type("had_incidents", "□是（需附情况说明）\n□否")
    assert "incidents.2025" not in read(paper).found


def test_a_struck_out_option_is_not_chosen(read):
    paper = Paper()
    paper.type("restricted_industry", [P([run("是", "strike"), "  否"])])
    assert "answer.restricted_industry.1" not in read(paper).found


@pytest.mark.parametrize("text", ["无", "暂无", "无。\n（注：勾选需提供佐证材料）"])
def test_nothing_of_a_list_applies(read, text):
    paper = Paper()
    paper.type("opening_work", text)
    found = read(paper).found
    assert {p for p in found if p.startswith("answer.opening_work")} == {"answer.opening_work.none"}


def test_a_reworded_option_is_known_or_reported(read):
    paper = Paper()
    paper.type("green_work", ticks("green_work").replace("余热余压回收设施等", "余热余压回收设施").replace("开展了清洁", "开展清洁"))  # fmt: skip
    check_safe(read(paper), ("answer.green_work",))


# -- runs, controls, tracked changes ---------------------------------------------------------------


def every_paragraph(change: Callable[[P], None]) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for _, block in paper.walk():
            if isinstance(block, P) and block.text:
                change(block)

    return bend


def many_runs(paragraph: P) -> None:
    paragraph.text = [run(char) for char in paragraph.text]


def controlled_text(paragraph: P) -> None:
    paragraph.text = [in_control(run(paragraph.text))]


def tracked_typing(paragraph: P) -> None:
    paragraph.text = [tracked("del", "某某集群9999"), tracked("ins", paragraph.text)]


def controlled_cells(paper: Paper) -> None:
    for row in paper.rows():
        for cell in row.cells:
            cell.wrap = True


def controlled_rows(paper: Paper) -> None:
    for row in paper.rows():
        row.wrap = True


def half_tracked(paragraph: P) -> None:
    at = len(paragraph.text) // 2
    paragraph.text = [paragraph.text[:at], tracked("del", "12345"), tracked("ins", paragraph.text[at:])]  # fmt: skip


def linked(paragraph: P) -> None:
    link = OxmlElement("w:hyperlink")
    link.append(run(paragraph.text))
    paragraph.text = [link]


def form_field(paragraph: P) -> None:
    def char(kind: str):
        return parse_xml(f"<w:r {nsdecls('w')}><w:fldChar w:fldCharType='{kind}'/></w:r>")

    code = parse_xml(f"<w:r {nsdecls('w')}><w:instrText> FORMTEXT </w:instrText></w:r>")
    paragraph.text = [char("begin"), code, char("separate"), run(paragraph.text), char("end")]


TYPED_AS = {
    "one run a character": every_paragraph(many_runs),
    "content controls in the line": every_paragraph(controlled_text),
    "content controls around cells": controlled_cells,
    "content controls around rows": controlled_rows,
    "tracked": every_paragraph(tracked_typing),
    "half tracked": every_paragraph(half_tracked),
    "links": every_paragraph(linked),
    "form fields": every_paragraph(form_field),
}


@pytest.mark.parametrize("bend", TYPED_AS.values(), ids=TYPED_AS.keys())
def test_what_shows_is_read_whatever_it_is_made_of(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


@pytest.mark.parametrize(
    "pieces",
    [
        [tracked("del", "298"), tracked("ins", "331")],
        ["3", tracked("del", "2"), tracked("ins", "3"), "1"],
        [run("298", "strike"), "331"],
        [run("298", "dstrike"), "331"],
        [run("9", "vanish"), "331"],
    ],
    ids=["tracked", "one digit tracked", "struck out", "struck out twice", "hidden"],
)
def test_what_was_taken_back_is_no_part_of_a_number(read, pieces):
    paper = Paper()
    paper.type("enterprises", *SERIES["enterprises"][:2], [P(pieces)])
    check_whole(read(paper))


def test_a_raised_mark_of_a_note_is_no_digit(read):
    paper = Paper()
    raised = parse_xml(f"<w:r {nsdecls('w')}><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>1</w:t></w:r>")  # fmt: skip
    paper.type("enterprises", *SERIES["enterprises"][:2], [P(["331", raised])])
    check_safe(read(paper), ("enterprises.2025",))


# -- counts with names -----------------------------------------------------------------------------


COUNTED = [
    "数量：3个\n名称：甲厂、乙厂、丙厂",
    "数量：  3  个\n名称：  甲厂、乙厂、丙厂",
    "数量：3 名称：甲厂、乙厂、丙厂",
    "数量：3个；名称：甲厂、乙厂、丙厂",
    "数量:3个,名称:甲厂、乙厂、丙厂",
    "数量：３个\n名称：甲厂、\n乙厂、丙厂",
    "数 量：3个\n名 称：甲厂、乙厂、丙厂",
    "名称：甲厂、乙厂、丙厂\n数量：3个",
    "名称：甲厂、乙厂、丙厂  数量：3个",
    "3个：甲厂、乙厂、丙厂",
    "3个\n甲厂、乙厂、丙厂",
    "3个（甲厂、乙厂、丙厂）",
    "3个，分别是甲厂、乙厂、丙厂",
    "3家：甲厂、乙厂、丙厂",
    "共3个：甲厂、乙厂、丙厂",
    "数量3个\n名称甲厂、乙厂、丙厂",
    "数量：3个\n甲厂、乙厂、丙厂",
    "数量：3家\n名称：甲厂、乙厂、丙厂",
    "甲厂、乙厂、丙厂（3个）",
    "甲厂、乙厂、丙厂，共3个",
]


@pytest.mark.parametrize("half", [0, 1])
def test_a_count_and_its_names(read, half):
    """Each of the texts in a row of its own."""
    texts = dict(zip(COUNTS, COUNTED[half::2], strict=True))
    paper = Paper()
    for key, text in texts.items():
        paper.type(key, text)
    found = read(paper).found
    for key, text in texts.items():
        count = found.get(f"answer.{key}.count", "").translate(str.maketrans("３", "3"))
        names = re.sub(r"\s", "", found.get(f"answer.{key}.names", ""))
        assert (count, names.removeprefix("分别是").strip("（）()")) == ("3", "甲厂、乙厂、丙厂"), (
            text
        )


@pytest.mark.parametrize(
    "text", ["无", "数量：0个\n名称：无", "数量：无\n名称：无", "0", "数量：  个\n名称：无", "无\n"]
)
def test_no_project_is_nothing_but_none(read, text):
    paper = Paper()
    paper.type("national_pilots", text)
    found = read(paper).found
    said = {found.get(f"answer.national_pilots.{part}") for part in ("count", "names")} - {None}
    assert said
    assert said <= {"无", "0"}


def test_a_blank_count_is_left_blank(read):
    paper = Paper()
    paper.type("national_pilots", "数量：    个\n名称：     ")
    check_whole(
        read(paper), {"answer.national_pilots.count": None, "answer.national_pilots.names": None}
    )


def test_names_may_hold_numbers(read):
    paper = Paper()
    paper.type("national_pilots", "数量：1个\n名称：5G+工业互联网2024年第3批示范项目")
    check_whole(read(paper), {"answer.national_pilots.names": "5G+工业互联网2024年第3批示范项目"})


def test_names_keep_their_punctuation(read):
    paper = Paper()
    paper.type("national_pilots", "1个：甲厂（一期），位于新城")
    check_whole(read(paper), {"answer.national_pilots.names": "甲厂（一期），位于新城"})


@pytest.mark.parametrize(
    "texts", [("数量：4个", "名称：甲厂"), ("4个", "甲厂"), ("4", "甲厂")], ids=" ".join
)
def test_count_and_names_may_have_cells_of_their_own(read, texts):
    paper = Paper()
    row = paper["provincial_pilots"]
    row.cells[-1:] = [C(text) for text in texts]
    check_whole(read(paper), {"answer.provincial_pilots.names": "甲厂"})


# -- goal tables -----------------------------------------------------------------------------------

BOTH = ("achieved", "goals")


def goal_lines(paper: Paper, *tables: str) -> list[R]:
    return [row for table in tables or BOTH for row in paper[table].rows]


def directions_repeated(paper: Paper) -> None:
    above = ""
    for row in goal_lines(paper):
        above = row.cells[0].text or above
        row.cells[0].put(above)
        row.cells[0].down = ""


def directions_blank(paper: Paper) -> None:
    for row in goal_lines(paper):
        row.cells[0].down = ""


def directions_gone(paper: Paper) -> None:
    for row in goal_lines(paper):
        row.cells.pop(0)
        if "定性描述" in row.cells[0].text:
            row.cells[0].put(DESCRIBED[row.key.split(".")[1]][0])


def target_before_baseline(paper: Paper) -> None:
    for row in goal_lines(paper):
        row.cells[2:] = reversed(row.cells[2:])


def serial_numbers(paper: Paper) -> None:
    for number, row in enumerate(goal_lines(paper)):
        row.cells.insert(0, C("序号" if row.key.endswith("_head") else str(number), role="extra"))


def units_in_a_column(paper: Paper) -> None:
    for row in goal_lines(paper):
        row.cells.insert(2, C("单位" if row.key.endswith("_head") else "家", role="extra"))


def remarks_in_a_column(paper: Paper) -> None:
    for row in goal_lines(paper):
        row.cells.append(C("备注" if row.key.endswith("_head") else "按年度考核", role="extra"))


def indicators_first(paper: Paper) -> None:
    for row in goal_lines(paper):
        row.cells[:2] = [row.cells[1], row.cells[0]]


def no_spare_rows(paper: Paper) -> None:
    for table in BOTH:
        paper[table].rows = [row for row in paper[table].rows if "......" not in row.cells[1].text]


def spare_rows_blank(paper: Paper) -> None:
    for row in goal_lines(paper):
        if "......" in row.cells[1].text:
            row.cells[1].put("")


def units_in_names(paper: Paper) -> None:
    units = {"quality_smes": "（家）", "rd_spend": "（亿元）", "patents": "（件）", "iiot_share": "（%）", "co2": "（万吨）"}  # fmt: skip
    for table in BOTH:
        for key, unit in units.items():
            name = paper[f"{table}.{key}"].cells[1]
            name.put(name.text + unit)


def units_behind_numbers(paper: Paper) -> None:
    units = {"output_growth_3y": "%", "quality_smes": "家", "rd_spend": "亿元", "patents": "件", "iiot_share": "%", "co2": "万吨"}  # fmt: skip
    for table in BOTH:
        for key, unit in units.items():
            for cell in paper[f"{table}.{key}"].values:
                cell.put(cell.text + unit)


def numbered_indicators(paper: Paper) -> None:
    for table in BOTH:
        for number, key in enumerate(GOALS, 1):
            name = paper[f"{table}.{key}"].cells[1]
            name.put(f"{number}.{name.text}")


def spaced_indicators(paper: Paper) -> None:
    for table in BOTH:
        for key in GOALS:
            name = paper[f"{table}.{key}"].cells[1]
            name.put(" ".join(name.text))


def other_headers(*texts: str) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        heads = [*paper["achieved_head"].cells[2:], *paper["goals_head"].cells[2:]]
        for cell, text in zip(heads, texts, strict=True):
            cell.put(text)

    return bend


def table_titled(paper: Paper) -> None:
    for table in BOTH:
        width = len(paper[table].rows[0].cells)
        paper[table].rows.insert(
            0, R("", [C("中小企业特色产业集群发展目标表", width, role="head")])
        )


def described_in_one_word_less(paper: Paper) -> None:
    for table in BOTH:
        for key in DESCRIBED:
            paper[f"{table}.{key}"].cells[1].put("")


def rows_of_one_frame(paper: Paper) -> None:
    """Type everything into rows of one table instead of tables inside a cell."""
    rows = []
    for block in prose():
        if isinstance(block, T):
            for row in block.rows:
                row.cells[-1].span += 5 - sum(cell.span for cell in row.cells)
            rows += block.rows
        else:
            rows.append(R(block.key, [C([block], 5)]))
    paper.replace("frame", T("frame", rows))


def no_frame(paper: Paper) -> None:
    paper.replace("frame", *prose())


def frame_in_two(paper: Paper) -> None:
    blocks = prose()
    at = next(n for n, block in enumerate(blocks) if block.key == "plan_title")
    paper.replace("frame", T("frame", [R("a", [C(blocks[:at])])]), P(""), T("frame_2", [R("b", [C(blocks[at:])])]))  # fmt: skip


def cut_goals(paper: Paper) -> None:
    no_frame(paper)
    rows = paper["goals"].rows
    rest = T("goals_2", rows[6:])
    del rows[6:]
    rest.rows[0].cells[0].put("数字化")
    paper.insert_after("goals", P(""), rest)


def cut_goals_with_header(paper: Paper) -> None:
    cut_goals(paper)
    paper["goals_2"].rows.insert(0, copy.deepcopy(paper["goals_head"]))


GOAL_TABLES = {
    "directions repeated": directions_repeated,
    "directions blank below": directions_blank,
    "columns the other way": target_before_baseline,
    "serial numbers": serial_numbers,
    "units in a column": units_in_a_column,
    "remarks in a column": remarks_in_a_column,
    "indicators before directions": indicators_first,
    "no spare rows": no_spare_rows,
    "spare rows blank": spare_rows_blank,
    "units in the names": units_in_names,
    "units behind the numbers": units_behind_numbers,
    "numbered indicators": numbered_indicators,
    "blanks in the indicators": spaced_indicators,
    "blanks in the header": other_headers("2023年 基准值", "2025年\v目标值", "2025 年完成值", "2025年\n基准值", "2028年　目标值"),
    "brackets in the header": other_headers("基准值（2023年）", "目标值（2025年）", "完成值（2025年）", "基准值（2025年）", "目标值（2028年）"),
    "short header": other_headers("2023年基准", "2025年目标", "2025年完成", "2025年基准", "2028年目标"),
    "actual instead of done": other_headers("2023年基准值", "2025年目标值", "2025年实际完成值", "2025年基准值", "2028年目标值"),
    "full-width header": other_headers("２０２３年基准值", "２０２５年目标值", "２０２５年完成值", "２０２５年基准值", "２０２８年目标值"),
    "a title in the table": table_titled,
    "no word where described": described_in_one_word_less,
    "rows of one frame": rows_of_one_frame,
    "no frame": no_frame,
    "two frames": frame_in_two,
    "cut, the header repeated": cut_goals_with_header,
    "cut, no header": cut_goals,
}  # fmt: skip


@pytest.mark.parametrize("bend", GOAL_TABLES.values(), ids=GOAL_TABLES.keys())
def test_goal_tables_are_read(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


def test_a_goal_table_without_directions_loses_no_number(read):
    paper = Paper()
    directions_gone(paper)
    found = read(paper)
    odd = differences(found)
    assert [place for place in odd if "opening" not in place and "governance" not in place] == []
    assert not odd or "indicator_unknown" in found.codes


def test_targets_are_held_by_the_plan(read):
    goals_read = read(Paper()).form.plan.goals
    assert str(goals_read["quality_smes"].values[2028]) == "52"
    assert str(goals_read["iiot_share"].values[2028]) == "48.00"


def add_goal(paper: Paper, table: str, after: str, name: str, *numbers: str) -> None:
    paper.insert_after(after, R(f"{table}.new", [C("", down="go", role="group"), C(name, role="label"), *(C(number) for number in numbers)]))  # fmt: skip


def added(indicator: str, now: str, then: str) -> dict[str, str | None]:
    """Return what an added row says: a target, and that the row is wanted."""
    said: dict[str, str | None] = {f"goal.{indicator}.2028": then}
    said |= {f"answer.goals.{indicator}.baseline": now, f"answer.goals.{indicator}.target": then}
    if indicator == "output":
        said["goal.output_growth_3y.2028"] = None  # follows from it
    return said


@pytest.mark.parametrize(
    ("name", "indicator", "now", "then"),
    [
        ("集群总产值", "output", "186.20", "256.03"),
        ("集群总产值（亿元）", "output", "186.20", "256.03"),
        ("专精特新“小巨人”企业数量", "little_giants", "5", "8"),
        ("上云中小企业数量", "cloud_smes", "183", "260"),
    ],
)
def test_a_known_indicator_may_be_added(read, name, indicator, now, then):
    paper = Paper()
    add_goal(paper, "goals", "goals.quality_smes", name, now, then)
    check_whole(read(paper), added(indicator, now, then))


@pytest.mark.parametrize("name", ["集群品牌价值", "新增就业人数（人）", "规上工业企业数"])
def test_an_unknown_indicator_is_reported(read, name):
    paper = Paper()
    add_goal(paper, "goals", "goals.quality_smes", name, "77.70", "88.80")
    found = read(paper)
    check_whole(found)
    assert "indicator_unknown" in found.codes


def test_an_indicator_in_place_of_the_dots(read):
    paper = Paper()
    row = paper["goals.主导产业.more"]
    for cell, text in zip(row.cells[1:], ("集群总产值", "186.20", "256.03"), strict=True):
        cell.put(text)
    check_whole(read(paper), added("output", "186.20", "256.03"))


def test_an_indicator_given_twice_is_not_overwritten(read):
    paper = Paper()
    add_goal(paper, "goals", "goals.quality_smes", "优质中小企业数量", "38", "66")
    found = read(paper)
    assert found.found.get("goal.quality_smes.2028") in {"52", None}
    assert found.codes & {"indicator_unknown", "duplicate"}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("output_growth_3y", "≥11.20%"),
        ("output_growth_3y", "不低于11.20%"),
        ("quality_smes", "52家以上"),
        ("quality_smes", "新增14家"),
        ("patents", "增长54%"),
        ("iiot_share", "达到48.00%"),
        ("co2", "下降2.81%"),
        ("energy_intensity", "0.19以下"),
        ("rd_spend", "年均增长11%"),
    ],
)
def test_a_target_in_words_is_no_other_number(read, key, text):
    paper = Paper()
    paper[f"goals.{key}"].cells[-1].put(text)
    # 38 and 14 more are 52; the others come to what was typed before, as it is printed.
    clear = {
        "≥11.20%",
        "不低于11.20%",
        "52家以上",
        "达到48.00%",
        "0.19以下",
        "新增14家",
    }
    if text == "年均增长11%":  # 4.65 x 1.11^3 = 6.3594
        assert differences(read(paper)) == {
            f"goal.{key}.2028": (typed()[f"goal.{key}.2028"], "6.36")
        }
        return
    found = read(paper)
    place = f"goal.{key}.2028"
    odd = differences(found)
    if odd:
        assert odd == {place: (typed()[place], None)}
        assert found.mentions(place)
    else:
        assert text in clear


def test_units_of_another_size_are_no_target(read):
    paper = Paper()
    paper["goals.rd_spend"].cells[1].put("研发经费投入（万元）")
    for cell, text in zip(paper["goals.rd_spend"].values, ("46500", "64000"), strict=True):
        cell.put(text)
    check_safe(read(paper), ("goal.rd_spend.2028",))


def test_a_description_in_one_merged_cell_is_kept(read):
    paper = Paper()
    row = paper["goals.opening"]
    row.cells[2:] = [C("每年组团参展两次，出口扩大到八国", 2)]
    found = read(paper)
    assert "每年组团参展两次，出口扩大到八国" in found.found.values()
    assert set(differences(found)) <= {"answer.goals.opening.baseline", "answer.goals.opening.target"}  # fmt: skip


def test_a_description_in_place_of_the_word_is_kept(read):
    paper = Paper()
    row = paper["goals.governance"]
    row.cells[1].put("建设智慧园区平台")
    check_whole(read(paper))


def test_a_removed_goal_column_is_no_other_column(read):
    paper = Paper()
    for row in goal_lines(paper, "goals"):
        del row.cells[2]
    gone = {f"answer.goals.{key}.baseline": None for key in DESCRIBED}
    found = read(paper)
    assert differences(found, gone) == {}


def test_a_removed_target_column_gives_no_targets(read):
    paper = Paper()
    for row in goal_lines(paper, "goals"):
        del row.cells[3]
    found = read(paper)
    odd = differences(found)
    assert {place: pair for place, pair in odd.items() if pair[1] is not None} == {}


@pytest.mark.parametrize("table", BOTH)
def test_a_removed_goal_table_is_not_replaced_by_the_other(read, table):
    paper = Paper()
    paper.remove(table)
    found = read(paper)
    odd = differences(found)
    assert {place: pair for place, pair in odd.items() if pair[1] is not None} == {}
    assert len(found.unplaced) == 1


@pytest.mark.parametrize("key", GOALS)
def test_a_removed_goal_row_is_no_other_indicator(read, key):
    paper = Paper()
    paper.remove(f"goals.{key}")
    assert differences(read(paper), {f"goal.{key}.2028": None}).keys() <= {f"{key}.2025"}


# -- texts -----------------------------------------------------------------------------------------


def hints_deleted(paper: Paper) -> None:
    paper.remove(*(f"{key}_hint" for key in HINTS))


def notes_deleted(paper: Paper) -> None:
    paper.remove(*(f"goal_note_{number}" for number in range(len(GOAL_NOTE))))


def on_the_same_line(mark: str) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for key in ("idea", "stage_1", "stage_2", "stage_3", "tasks", "safeguards"):
            paper[f"{key}_heading"].text += mark + TEXTS[key]
            paper.remove(key)

    return bend


def heads(change: Callable[[str], str]) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for key in PROSE:
            paper[f"{key}_heading"].text = change(paper[f"{key}_heading"].text)

    return bend


def bare_heads(pattern: str) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for number, key in enumerate(("idea", "goals_heading", "tasks", "safeguards")):
            han = "一二三四"[number]
            line = paper[f"{key}_heading"]
            line.text = pattern.format(han=han, n=number + 1, name=line.text)

    return bend


def plan_title(text: str) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        paper["plan_title"].text = text

    return bend


def stage_heads(*texts: str) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for number, text in enumerate(texts, 1):
            paper[f"stage_{number}_heading"].text = text

    return bend


PROSE_FORMS = {
    "hints deleted": hints_deleted,
    "notes deleted": notes_deleted,
    "on the line": on_the_same_line("："),
    "on the line, half-width": on_the_same_line(":"),
    "headings with a colon": heads(lambda text: f"{text}："),
    "headings with blanks": heads(lambda text: re.sub(r"(?<=[一-龥])(?=[一-龥])", " ", f"  {text}  ")),
    "headings without numbers": heads(lambda text: re.sub(r"^([一二三]、|\d\.|（\d）)", "", text)),
    "headings in brackets": bare_heads("（{han}）{name}"),
    "headings counted": bare_heads("{n}.{name}"),
    "headings counted with a comma": bare_heads("{n}、{name}"),
    "plan counted on": plan_title("八、未来三年中小企业特色产业集群发展规划"),
    "plan without a number": plan_title("未来三年中小企业特色产业集群发展规划"),
    "plan with its years": plan_title("四、未来三年（2026-2028年）中小企业特色产业集群发展规划"),
    "plan without a title": lambda paper: paper.remove("plan_title"),
    "stages: 2026年": stage_heads("2026年", "2027年", "2028年"),
    "stages: 1.2026年度": stage_heads("1.2026年度", "2.2027年度", "3.2028年度"),
    "stages: (1) 2026年度目标": stage_heads("(1)2026年度目标", "(2)2027年度目标", "(3)2028年度目标"),
    "stages: full width": stage_heads("（１）２０２６年度", "（２）２０２７年度", "（３）２０２８年度"),
    "stages: ①": stage_heads("①2026年度", "②2027年度", "③2028年度"),
}  # fmt: skip


@pytest.mark.parametrize("bend", PROSE_FORMS.values(), ids=PROSE_FORMS.keys())
def test_texts_stand_under_their_headings(read, bend):
    paper = Paper()
    bend(paper)
    check_whole(read(paper))


def test_a_text_may_have_several_paragraphs(read):
    paper = Paper()
    paper.replace("tasks", P("（一）做强棉纺织。"), P(""), P("1.引进企业。"), P("二、做大服装。"))
    check_whole(read(paper), {"answer.tasks": "（一）做强棉纺织。1.引进企业。二、做大服装。"})


def test_a_text_may_hold_a_table(read):
    paper = Paper()
    paper.insert_after("tasks", T("tasks_table", [R("", [C("任务"), C("时限")]), R("", [C("引进印染企业"), C("2027年底")])]))  # fmt: skip
    found = read(paper).found
    assert found["answer.tasks"].startswith(TEXTS["tasks"])
    assert same(found["answer.safeguards"], TEXTS["safeguards"])


def test_auto_numbered_headings_have_no_number_in_the_text(read):
    paper = Paper()
    for part in SECTIONS:
        paper.drop_number(f"{part}_title")
    for key in ("overview", "nurturing", "results", "overall", "stages"):
        paper.drop_number(f"{key}_heading")
    check_whole(read(paper))


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("idea", "重点任务是补链强链，保障措施要跟上，总体思路清晰。"),
        ("idea", "坚持三年总体目标不动摇。\n发展目标要可考核，2026年度起步。"),
        ("nurturing", "三、四季度集中开展培育工作，发展成效明显。"),
        ("tasks", "保障措施之外，一是抓项目。\n2026年度完成厂房。"),
        ("overview", "总体思路、发展目标和重点任务已写入规划。"),
    ],
)
def test_a_heading_named_in_a_text_is_no_heading(read, key, text):
    paper = Paper()
    paper.replace(key, *(P(line) for line in text.split("\n")))
    check_whole(read(paper), {f"answer.{key}": text})


@pytest.mark.parametrize(
    ("text", "indicator", "number"),
    [
        ("优质中小企业达到40家。", "quality_smes", "40"),
        ("到年底，优质中小企业数量达到40家，有关工作全面推进。", "quality_smes", "40"),
        ("优质中小企业数量增加到 40 家", "quality_smes", "40"),
        ("优质中小企业４０家", "quality_smes", "40"),
        ("研发经费投入达到5.10亿元", "rd_spend", "5.10"),
        ("工业互联网普及率达到39.50%", "iiot_share", "39.50"),
        ("有效发明专利拥有量达250件", "patents", "250"),
    ],
)
def test_a_stage_text_names_targets(read, text, indicator, number):
    paper = Paper()
    paper["stage_1"].text = text
    check_whole(read(paper), {"answer.stage_1": text, f"goal.{indicator}.2026": number})


@pytest.mark.parametrize(
    "text",
    [
        "优质中小企业新增4家。",
        "优质中小企业比上年增加4家。",
        "优质中小企业增长5%。",
        "国家级优质中小企业达到4家。",
        "阿克苏市优质中小企业达到400家，其中集群40家。",
        "研发经费投入同比增长12%。",
        "工业互联网普及率提高3.6个百分点。",
        "力争引进优质中小企业4家。",
        "2025年优质中小企业达到38家。",
        "优质中小企业达到40家以上企业占比提高。",
    ],
)
def test_a_stage_text_that_names_another_figure_gives_no_target(read, text):
    paper = Paper()
    paper["stage_1"].text = text
    allowed = {"goal.quality_smes.2026": "40"} if "40家以上" in text else {}
    odd = differences(read(paper), {"answer.stage_1": text})
    assert all(found == allowed.get(place) for place, (_, found) in odd.items())


# -- cover -----------------------------------------------------------------------------------------


def cover_in_a_table(paper: Paper) -> None:
    rows = [R(key, [C(text), C(TEXTS[key])]) for key, text in COVER.items()]
    paper.remove(*list(COVER)[1:])
    paper.replace("cover_cluster", T("cover", rows))


def cover_change(change: Callable[[str, str], str]) -> Callable[[Paper], None]:
    def bend(paper: Paper) -> None:
        for key, text in COVER.items():
            paper[key].text = change(text, TEXTS[key])

    return bend


COVERS = {
    "in a table": cover_in_a_table,
    "half-width colons": cover_change(lambda text, said: f"{text.replace('：', ':')} {said}"),
    "blanks in the labels": cover_change(lambda text, said: f"{' '.join(text)}{said}"),
    "underlines": cover_change(lambda text, said: f"{text}__{said}__"),
    "no colons": cover_change(lambda text, said: f"{text.rstrip('：')}  {said}"),
    "on the next line": cover_change(lambda text, said: f"{text}\v{said}"),
}


@pytest.mark.parametrize("bend", COVERS.values(), ids=COVERS.keys())
def test_the_cover_is_read(read, bend):
    paper = Paper()
    bend(paper)
    found = read(paper)
    found.found = {place: text.strip("_") for place, text in found.found.items()}
    check_whole(found)


def test_a_value_on_the_line_below_its_cover_label(read):
    paper = Paper()
    paper.replace("cover_operator", P(COVER["cover_operator"]), P(TEXTS["cover_operator"]))
    check_safe(read(paper), ("answer.cover_operator",))


def test_an_instruction_is_no_cover_line(read):
    paper = Paper()
    for _, block in paper.walk():
        if getattr(block, "key", "") == "note":
            block.text, block.numbered = block.text.split(".", 1)[1], True
    paper.remove("cover_operator")
    found = read(paper)
    assert differences(found, {"answer.cover_operator": None}) == {}
    assert "集群运营管理机构" in found.unplaced


@pytest.mark.parametrize("key", COVER)
def test_a_removed_cover_line_is_reported(read, key):
    paper = Paper()
    paper.remove(key)
    found = read(paper)
    assert differences(found, {f"answer.{key}": None}) == {}
    assert len(found.unplaced) == 1


# -- rows taken out --------------------------------------------------------------------------------


def places_of(keys: tuple[str, ...]) -> dict[str, None]:
    """Return the places of fields, none of which can be read."""
    names = "|".join(
        rf"{re.escape(KEPT_AS.get(key, key))}|answer\.{key}|{key.removeprefix('had_')}"
        for key in keys
    )
    again = {f"{indicator}.{year}" for indicator in GOALS for year in ("2023", "2025")}
    return {
        place: None
        for place in typed()
        if re.match(rf"(?:{names})(?:\.|$)", place) and place not in again
    }


TOGETHER = {
    "department_contact": ("department_contact", "department_phone"),
    "operator": ("operator", "operator_changed"),
    "operator_contact": ("operator_contact", "operator_phone"),
}
TOGETHER["texts"] = tuple(key for key in LABELS if key.endswith("_text"))
TOGETHER["lists"] = tuple(key for key in LABELS if key.endswith("_work"))
ROWS = [key for key in LABELS if not any(key in keys for keys in TOGETHER.values())]
ROWS += TOGETHER
MIXED_UP = ("output", "enterprises", "smes", "srdi_smes", "hightech", "rd_spend", "cloud_smes", "co2_intensity", "energy_intensity")  # fmt: skip


def take_out(paper: Paper, key: str) -> None:
    for name in [key, *(f"{key}.{year}" for year in YEARS)]:
        if any(getattr(item, "key", "") == name for _, item in paper.walk()):
            paper.remove(name)
    if key == "co2_intensity":
        paper["co2_formula"].cells[0] = C("", role="group")
    if key == "energy_intensity":
        paper["energy_formula"].cells[0] = C("", role="group")
    for table in ("digital", "green", "governance"):
        above = False
        for row in paper[table].rows:
            first = row.cells[0]
            if first.down == "go" and not above:
                first.down = "start"
                if first.role == "group" and not first.text and row.key in LABELS:
                    first.put(group_of(row.key))
            above = first.down != ""


def group_of(key: str) -> str:
    if key.endswith("_green"):
        return GROUPS["green"]
    if key.endswith("_platforms"):
        return GROUPS["platforms"]
    return GROUPS["models"] if key.startswith("models") or key.endswith("_pilots") else ""


def section_of(key: str) -> str:
    """Return the section whose table holds a row."""
    paper = Paper()
    names = {key, f"{key}.{YEARS[0]}"}
    return next(table for table in HEADINGS if any(row.key in names for row in paper.rows(table)))


EVERYWHERE = ("texts", "lists")
SINGLE_ROWS = [(section_of(key), key) for key in ROWS if key not in EVERYWHERE]
# One row of each section at a time, and what is taken out of all sections by itself
ALONG = [
    *(tuple(key for _, key in shared) for shared in papers(SINGLE_ROWS)),
    *((key,) for key in EVERYWHERE),
]


@pytest.mark.parametrize(
    ("keys", "headed"),
    [*((keys, True) for keys in ALONG), *(((key,), False) for key in MIXED_UP)],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_a_row_taken_out_is_reported_and_nothing_stands_for_it(read, keys, headed):
    paper = Paper()
    gone = tuple(name for key in keys for name in TOGETHER.get(key, (key,)))
    for name in gone:
        take_out(paper, name)
    if not headed:
        headings_gone(paper)
    found = read(paper)
    odd = differences(found, places_of(gone))
    assert odd == {}
    assert sorted(found.unplaced) == sorted(found.form.form.fields[name].name for name in gone)


@pytest.mark.parametrize("key", PROSE)
def test_a_heading_taken_out_is_reported(read, key):
    paper = Paper()
    paper.remove(f"{key}_heading")
    if key in TEXTS:
        paper.remove(key)
    if key in HINTS and key != "overall":
        paper.remove(f"{key}_hint")
    found = read(paper)
    if key in TEXTS:
        assert differences(found, {f"answer.{key}": None}) == {}
        assert found.unplaced == [found.form.form.fields[key].name]
    else:
        check_whole(found)


def test_a_whole_section_taken_out_is_reported(read):
    paper = Paper()
    paper.remove("innovation_title", "innovation")
    gone = (
        "rd_intensity",
        "rd_spend",
        "rd_growth",
        "patents_average",
        "patents_per_10k",
        "patents",
    )
    found = read(paper)
    assert differences(found, places_of(gone)) == {}
    assert len(found.unplaced) == len(gone)


# -- labels in texts -------------------------------------------------------------------------------


NAMED = [
    ("chain_text", "output", "集群总产值（亿元）达到186.20，同比增长10.57%。"),
    ("chain_text", "output", "集群总产值稳步增长。"),
    ("sharing_text", "brand_text", "集群质量品牌建设情况良好，商标注册加快。"),
    ("chain_text", "leading_growth", "集群主导产业产值增速保持在10%以上。"),
    ("chain_text", "enterprises", "集群企业数量331家，形成上下游配套。"),
    ("digital_text", "cloud_smes", "集群上云中小企业数量183家，居全疆前列。"),
    ("chain_text", "hightech", "主导产业相关的国家级高新技术企业数量53家。"),
    ("green_text", "co2_reduction", "近三年集群单位产值二氧化碳排放量低率12.50%。"),
    ("opening_text", "foreign_branches", "集群或集群内企业在境外设立分支机构数量达到7个。"),
    ("governance_text", "alliances", "集群内产业联盟组织情况：数量：5个，名称：甲协会。"),
]


@pytest.mark.parametrize(
    ("gone", "headed"),
    [(True, False), (False, True)],
    ids=["row and headings gone", "row there"],
)
@pytest.mark.parametrize("cases", papers(NAMED))
def test_a_label_in_a_text_is_no_field(read, cases, gone, headed):
    paper = Paper()
    fields = tuple(field for _, field, _ in cases)
    for key, _, text in cases:
        paper[key].values[0].put(text)
    for key in fields if gone else ():
        take_out(paper, key)
    if not headed:
        headings_gone(paper)
    found = read(paper)
    wanted: dict[str, str | None] = places_of(fields) if gone else {}
    wanted |= {f"answer.{key}": text for key, _, text in cases}
    assert differences(found, wanted) == {}
    names = [found.form.form.fields[field].name for field in fields]
    assert sorted(found.unplaced) == (sorted(names) if gone else [])
