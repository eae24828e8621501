# ruff: noqa: E501 - one line is the compounds of one character
"""Chinese text to words: longest match over what we can draw, no dictionary of the whole language.

A single character is a word of ours only where it does not belong to a longer word with another meaning: 马 is a horse,
马上 is "at once". Those longer words are listed here by the character they would be mistaken for.
"""

from __future__ import annotations

from functools import cache

from miaobi.create.illustrator import pictograms, topics
from miaobi.create.illustrator.subjects import subjects
from miaobi.create.illustrator.things import chinese_words

_OTHER_WORDS = """
人人 人们 人才 人生 人性 人工 人口 人均 人类 人民 人格 个人 别人 他人 本人 令人 让人 使人 惊人 动人 感人 商人 敌人 主人 私人 某人 无人 机器人 法人 成人
象征 现象 对象 印象 形象 抽象 气象 想象 迹象 景象 马上 马虎 马达 马力 罗马 巴马 马克 马来 犬儒 牛顿 牛仔 鸡蛋 鸡尾酒 鸭绒 天鹅绒 虎牙
树立 建树 竹简 花费 花钱 花时间 花掉 花销 花样 花色 棉花 火花 雪花 烟花 浪花 开花 花园 大家 国家 专家 作家 家庭 家族 家乡 家具 家长 企业家 政治家 科学家 思想家 艺术家 画家 音乐家 一家 各家 家务
火车 火箭 火山 火星 火热 火候 恼火 发火 火力 桥梁 桥牌 车间 船员 锚定 书写 书法 书面 证书 秘书 说明书 书记 诗意 史诗
电影 电视 电话 电脑 电子 电网 电力 电池 电器 电台 电商 闪电 充电 发电 钱包 税务 关税 奖励 奖学金 中奖 赢得 赢家 输赢 封锁 连锁 锁定 药物 肺炎 牙齿 牙膏
爱好 可爱 爱护 热爱 爱国 恋爱 信息 信任 信心 信用 信念 相信 自信 诚信 通信 信号 微信 迷信 信仰 信贷 面对 面临 方面 全面 表面 地面 水面 路面 里面 外面 上面 下面 前面 后面 对面 面积 面试 平面 界面 封面 层面 正面 负面 面貌 见面
吃惊 吃力 吃亏 糖尿病 蛋白 蛋白质 茶几 水平 水准 水泥 水果 水分 薪水 流水线 口水 风水 水下 鼓励 鼓舞 鼓吹 听说 听到 听众 听从 听起来 画面 计划 规划 企划 足球 地球 全球 环球 星球 月球 气球 北半球 南半球 球场 球队 剪辑 裁剪
线索 在线 路线 线上 线下 光线 曲线 底线 无线 热线 防线 直线 干线 视线 线路 线条 流水线 生产线 航线 保护伞 剑桥 温床 河床 梦想 睡梦 部门 专门 热门 门槛 门票 门口 入门 门诊 澳门 冷门 大门 龙头 恐龙 鱼雷 蛇形 雪茄
逛街 街区 江苏 江西 浙江 黑龙江 江山 湖南 湖北 河南 河北 海外 海关 上海 海报 海南 海拔 青海 海量 岛国 半岛 山东 山西 唐山 冰箱 冰冷 冰淇淋 课题
碳酸 美国 美元 美丽 美好 美术 美容 欧美 完美 美食 美味 赞美 优美 精美 审美 美学 南美 北美 餐饮 云计算 云南 夜以继日 日夜
雨水 雨林 雷达 地雷 雷同 鱼雷 风格 风险 风景 风俗 风气 作风 风度 风味 风光 台风 风力 风能 风电 晴雨表 屏风 风筝
公路 马路 夏天 梦境 信件 水域 火候 线性 桥接 林业 森林 丛林 山林
遮挡 地方 地位 地区 当地 各地 土地
"""


def cut(text: str) -> list[str]:
    """The text as words we can look up, words that only look like them, and single characters; nothing is lost."""
    words, longest = _vocabulary()
    pieces, start = [], 0
    while start < len(text):
        for size in range(min(longest, len(text) - start), 1, -1):
            if text[start : start + size] in words:
                break
        else:
            size = 1
        pieces.append(text[start : start + size])
        start += size
    return pieces


@cache
def _vocabulary() -> tuple[frozenset[str], int]:
    known = set(_OTHER_WORDS.split())
    for table in (chinese_words(), topics.places(), topics.topics(), topics.lights(), topics.weathers(), subjects()):
        known.update(table)
    known.update(word for word in pictograms.other_chinese() if len(word) <= 6)
    found = frozenset(word for word in known if not word.isascii())
    return found, max(map(len, found))
