# ruff: noqa: E501 - one line of the table is one drawing or topic
"""Places, light, weather, and abstract topics with the concrete things that stand for them.

A place or topic line: setting and tags | drawings, the most telling first | English words | Chinese words.
Tags after the setting: @dawn @day @dusk @night for the light, +rain +snow +fog +storm +wind +heat +clear for the weather.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

SETTINGS = (
    "meadow", "park", "field", "forest", "mountain", "desert", "snow", "coast", "river", "underwater", "space",
    "city", "street", "square", "quay", "roof", "overlook", "village", "campus",
    "room", "bedroom", "kitchen", "office", "classroom", "library", "lab", "clinic", "shop", "factory", "gallery",
    "table", "stage",
)  # fmt: skip

LABELS: dict[str, tuple[str, str]] = {
    "meadow": ("in a green landscape", "绿色的原野上"), "park": ("in a park", "公园里"),
    "field": ("on farmland", "田野里"), "forest": ("in a forest", "森林里"),
    "mountain": ("in front of mountains", "群山之间"), "desert": ("in the desert", "沙漠里"),
    "snow": ("in a snowy landscape", "雪地里"), "coast": ("by the sea", "海边"), "river": ("by a river", "河边"),
    "underwater": ("under water", "水下"), "space": ("in space", "太空中"), "city": ("in a city", "城市里"),
    "street": ("on a street with houses", "房屋林立的街道上"), "village": ("in a village", "村庄里"),
    "campus": ("on a school ground", "校园里"), "square": ("on a city square", "城市广场上"),
    "quay": ("on a promenade by a city river", "城市河边的步道上"), "roof": ("in a roof garden above a city", "城市的屋顶花园里"),
    "overlook": ("on a hill above a city", "俯瞰城市的山坡上"),
    "room": ("in a room with a window", "有窗户的房间里"), "bedroom": ("in a bedroom", "卧室里"),
    "kitchen": ("in a kitchen", "厨房里"), "office": ("in an office", "办公室里"),
    "classroom": ("in a classroom", "教室里"), "library": ("in a library", "图书馆里"),
    "lab": ("in a laboratory", "实验室里"), "clinic": ("in a clinic", "诊室里"), "shop": ("in a shop", "商店里"),
    "factory": ("in a workshop", "车间里"), "gallery": ("in a gallery", "展厅里"),
    "table": ("on a table", "桌面上"), "stage": ("on a simple geometric stage", "简洁的几何展台上"),
}  # fmt: skip

_PLACES = """
square||square,plaza,town square,city square|广场
quay||promenade,quay,riverside,waterfront|滨江,河畔,河滨,江边
roof||rooftop,roof garden,roof terrace,balcony,terrace|屋顶,阳台,露台,屋顶花园
overlook||viewpoint,lookout,overlook|观景台,俯瞰
city||city,downtown,metropolis,skyline,urban,cities,skyscraper|城市,市中心,都市,市区,高楼,摩天大楼,天际线
street||street,road,sidewalk,avenue,pavement,lane,crossing,intersection,highway,boulevard,alley|街道,街,马路,人行道,大街,道路,路口,路边,胡同,公路,小巷
village||village,suburb,neighbourhood,neighborhood,small town,town|村庄,村子,小镇,郊区,乡镇
park||park,garden,lawn,picnic,backyard|公园,花园,草坪,院子,野餐
field||field,farm,farmland,crop,crops,agriculture,farming,countryside,vineyard,orchard,pasture,barn,ranch|田野,农场,农田,庄稼,农业,乡村,田地,田间,农村,牧场,作物,麦田,稻田
forest||forest,wood,woods,woodland,jungle,rainforest|森林,树林,丛林,雨林,林间
meadow||meadow,grassland,hill,hills,valley,nature,landscape,savanna,prairie,grass,outdoors,wildlife|草地,草原,山丘,山谷,大自然,自然,原野,风景,野外,野生动物
mountain||mountain,mountains,alps,mountain peak,summit,cliff,climb,climber,climbing|山,高山,群山,山峰,雪山,登山,悬崖,攀登,爬山
desert||desert,dune,sahara,oasis,pyramid|沙漠,沙丘,绿洲,戈壁
snow+snow||snow,ice,arctic,antarctic,winter,polar,frost,iceberg,blizzard|雪,冰,北极,南极,冬天,冬季,冰雪,极地,雪地
coast||beach,coast,sea,ocean,shore,island,seaside,wave,waves,tide,bay,sand,maritime|海滩,海岸,大海,海洋,海,岸边,岛,岛屿,海边,海浪,沙滩,波浪,潮汐
river||river,lake,stream,pond,waterfall,canal,riverbank,wetland|河,河流,湖,湖泊,溪流,池塘,江,运河,小溪,湿地,长江,黄河,湖边,河边
underwater||underwater,deep sea,seabed,aquarium,ocean floor|水下,海底,深海,水族馆
space@night||space,planet,galaxy,universe,moon landing,orbit,mars,solar system,cosmos,asteroid,black hole,comet,interstellar|太空,行星,银河,宇宙,火星,轨道,太阳系,星系,登月,黑洞,彗星
room||room,home office,living room,house inside,indoors,apartment,indoor,hall,fireplace,window,windowsill|房间,室内,客厅,公寓,屋里,家里,壁炉,窗户,窗边,窗前,窗台
bedroom||bedroom,bedtime,pillow,blanket|卧室,枕头,被子,床上
kitchen||kitchen,oven,stove,cook|厨房,烤箱,炉灶,灶台
office||office,meeting,workplace,boardroom,conference,coworking|办公室,会议,职场,会议室,开会,面试
classroom||classroom,lesson,class,lecture,course,teach,teaching,kindergarten,school day|教室,课堂,课程,上课,讲课,教学,幼儿园,课
library||library,bookstore,bookshop,archive|图书馆,书店,档案馆
lab||laboratory,lab|实验室
clinic||clinic,surgery,hospital room,ward|诊所,病房,手术,诊室
shop||shop,store,market stall,farmers market,street market,bakery,café,cafe,restaurant,marketplace,bazaar|商店,店里,集市,市场摊位,咖啡馆,餐馆,小店
factory||workshop,factory floor,assembly line,warehouse,garage|车间,流水线,仓库,车库,作坊
gallery||gallery,museum,exhibition|画廊,展览馆,博物馆,美术馆
campus||campus,schoolyard,playground|校园,操场
table||table,desk|桌上,桌子
"""

_LIGHT = """
dawn|dawn,sunrise,morning,daybreak,early|黎明,日出,早晨,清晨,早上,破晓
dusk|dusk,sunset,evening,twilight,autumn evening|黄昏,日落,傍晚,夕阳,暮色
night|night,midnight,moon,stars,starry,moonlight,nighttime,star,tonight|夜,夜晚,晚上,月亮,星空,星星,月光,夜里,午夜,深夜,夜空
day|noon,midday,afternoon,sun,sunny,sunshine,sunlight,daylight,daytime|中午,正午,下午,太阳,阳光,白天,晴天
"""

_WEATHER = """
rain|rain,rainy,stormwater,rainwater,drizzle,raining,shower,wet,flood,monsoon,rainfall|雨,雨水,下雨,雨天,细雨,洪水,暴雨,降雨,大雨
storm|storm,thunder,lightning,hurricane,typhoon,thunderstorm,tornado|风暴,雷,闪电,台风,暴风雨,飓风,雷雨
snow|snow,snowfall,snowy,snowing,snowflake|下雪,雪花,大雪,雪
fog|fog,mist,haze,smog,foggy|雾,薄雾,雾霾,霾
heat|heat,hot,heatwave,heat wave,scorching,sweltering,peak temperature,summer temperature,peak summer temperature,unshaded,overheat,hotter|热,炎热,高温,酷暑,热浪,晒,烈日,酷热,没有遮挡,升温,高温天气
wind|wind,windy,breeze,gust|风,微风,大风
clear|clear,cloudless|晴,晴朗
"""

_TOPICS = """
stage|own:bars,coin,chart_increasing,money_bag|economy,economic,economics,growth,gdp,finance,financial,fiscal,recession,trade deficit,prosperity|经济,财政,金融,衰退,繁荣,经济学
stage|coin,money_bag,own:bars,seedling|money,saving,investment,invest,interest,compound interest,wealth,retirement,pension|储蓄,投资,利息,理财,养老金,复利,退休
table|stethoscope,red_apple,anatomical_heart,pill|health,healthy,wellness,wellbeing,well-being,public health,medicine|健康,养生,身心健康,医学
park|person_running,own:tree,bicycle,own:bench|exercise,fit,active,habit,lifestyle|习惯,生活方式,运动
classroom|person:teacher,own:board,books,person:student|learning,learn,education,teaching,skill,training,curriculum|学习,教育,培训,技能
table|open_book,books,pencil,hot_beverage|knowledge,reading,study,studying,literacy|知识,求学,识字
stage|own:network,robot,laptop,brain|artificial intelligence,ai,machine learning,neural,algorithm,technology,tech,future,algorithms,computation,automation,digital|人工智能,机器学习,技术,科技,未来,算法,智能,数字化
stage|globe_showing_Asia-Australia,seedling,thermometer,own:turbine|climate,climate change,global warming,environment,environmental,carbon,emission,emissions,greenhouse,ecology,ecosystem,conservation,sustainability,biodiversity,planet|气候,气候变化,全球变暖,环境,碳,排放,生态,环保,温室,生物多样性,可持续,可持续发展
stage|balance_scale,classical_building,books|justice,law,legal,fairness,rights,court,constitution,equality,ethics,crime,human rights,legislation|正义,法律,公平,权利,法庭,宪法,平等,犯罪,伦理,人权
table|alarm_clock,hourglass_not_done,calendar,hot_beverage|time,time management,productivity,procrastination,efficiency,punctuality|时间,效率,时间管理,拖延
stage|red_heart,dove,wrapped_gift,rose|love,romance,affection,kindness,gratitude,thankful,valentine|爱,爱情,感恩,善良,感谢
table|scroll,hourglass_not_done,amphora,own:vase|history,historical,ancient,the past,tradition,heritage,archaeology,civilisation,civilization,century,empire|历史,古代,传统,遗产,考古,文明,世纪,古老,帝国,文化
office|person:business,person:people,own:desk,laptop|teamwork,team,collaboration,cooperation,management,leadership,project,meeting,organisation,organization|团队合作,团队,协作,管理,领导力,项目,组织
field|own:turbine,own:solar,high_voltage|energy,renewable,renewables,wind power,solar,electricity,clean energy,green energy|能源,可再生,清洁能源,绿色能源,电力,新能源
stage|brain,framed_picture,puzzle_piece,books|memory,mind,psychology,thinking,cognition,consciousness,attention,concentration,remember,remembering,forget,forgetting|记忆,心理学,思维,认知,意识,注意力,专注,遗忘
bedroom@night|person_in_bed,own:lamp_table,cat|sleep,dream,rest,insomnia,bedtime,fatigue,tired|睡眠,睡觉,梦,休息,失眠,疲劳,做梦
stage|locked,shield,key,laptop|privacy,security,cybersecurity,password,data protection,surveillance,confidential,safety|隐私,安全,网络安全,数据保护,密码,信息安全
stage|violin,musical_notes,guitar,drum|music,musical,melody,harmony,orchestra,concert,composer|音乐,旋律,和声,音乐会,作曲家,乐器
stage|dove,olive,red_heart,globe_showing_Asia-Australia|peace,harmony,diplomacy,reconciliation,hope,treaty|和平,和谐,外交,和解,希望,条约
mountain+storm@dusk|castle,crossed_swords,shield|war,battle,conflict,military,soldier,invasion|战争,战斗,冲突,军事,军队,入侵
stage|light_bulb,rocket,own:network|innovation,invention,idea,creativity,creative,design,startup,entrepreneurship,imagination|创新,发明,创意,创造力,设计,创业,想象,想象力
table|microscope,test_tube,dna,petri_dish|science,scientific,research,biology,chemistry,experiment,theory|科学,研究,生物学,化学,实验,物理,理论,量子,原子,科研
space@night|rocket,satellite,ringed_planet|exploration,astronomy,cosmic,gravity,spaceflight|天文,探索,引力,航天
table|artist_palette,paintbrush,framed_picture,pencil|art,artistic,painting,drawing,craft,beauty,aesthetic,culture|艺术,绘画,美,美术,审美
street|vertical_traffic_light,automobile,bus|traffic,transport,transportation,mobility,commute,commuting,congestion,rush hour|交通,出行,通勤,拥堵,堵车
coast|luggage,airplane,umbrella_on_ground,camera|travel,tourism,journey,adventure,holiday,vacation|旅行,旅游,旅程,冒险,度假,假期
table|pot_of_food,green_salad,bread,tomato|food,cooking,cuisine,nutrition,diet,meal,recipe,eating,taste,flavour,flavor,gastronomy,ingredient|食物,烹饪,美食,营养,饮食,餐,味道,食材,吃
stage|megaphone,bullseye,mobile_phone,speech_balloon|marketing,advertising,brand,campaign,promotion,sales,customer service|营销,广告,品牌,推广,销售
shop|person:people,shopping_bags,own:shelf,coin|business,commerce,retail,shopping,consumer,customer,service,store|商业,零售,购物,消费,服务,买卖
stage|ballot_box_with_ballot,classical_building,megaphone|politics,democracy,election,government,vote,policy,political,parliament,power of the people|政治,民主,选举,政府,投票,政策
stage|trophy,sports_medal,bullseye,party_popper|success,achievement,victory,motivation,ambition,competition,win,excellence,confidence|成功,成就,胜利,目标,动力,竞争,卓越,自信
park|person_playing_handball,soccer_ball,trophy,own:tree|sport,sports,athletics,olympic,tournament|体育,运动会,奥运,比赛
stage|puzzle_piece,light_bulb,magnifying_glass_tilted_left,own:network|problem,solution,strategy,challenge,logic,complexity,decision,choice,reasoning,question,answer|问题,解决方案,策略,挑战,逻辑,决定,选择,推理,难题
stage|speech_balloon,megaphone,open_book,globe_showing_Asia-Australia|language,communication,translation,dialogue,speech,grammar,linguistics,conversation|语言,沟通,翻译,交流,语法,对话,表达
room|person:mother,person:child,couch_and_lamp,own:plantpot|family,parent,parenting,childhood,home,motherhood,upbringing|家庭,父母,育儿,童年,家,亲子
park|woman_and_man_holding_hands,own:tree,own:bench,dog|friendship,community,belonging,neighbourhood life,social,trust,relationship|友谊,社区,信任,陪伴,社交,关系,邻里
city|office_building,own:tree,bus|urban,city life,urbanisation,infrastructure,architecture,public space|城市化,基础设施,建筑,公共空间
clinic|person:doctor,syringe,pill|medical,hospital,treatment,patient,therapy,surgery,vaccination,cure,disease,pandemic,epidemic|医疗,治疗,疗法,病人,疫苗接种,疾病,疫情
river|droplet,own:tree,seedling,duck|water,drought,hydrology,water cycle,water saving|水,水资源,水循环,节水
stage|robot,laptop,gear|robotics,robot,automation,machine|机器人,自动化,机器
stage|laptop,own:network,own:server|computing,internet,software,cloud,computer,data,code,programming,online,network,information|互联网,软件,云,计算,数据,代码,编程,网络,信息,计算机,大数据
table|abacus,triangular_ruler,pencil,notebook|mathematics,math,maths,algebra,geometry,calculus,arithmetic,number,numbers,equation|数学,代数,几何,算术,微积分
stage|wrapped_gift,party_popper,birthday_cake,balloon|celebration,birthday,party,festival,anniversary,carnival|庆祝,生日,聚会,周年,狂欢
street@night|own:lanterns,person:child,person:people|spring festival,chinese new year,lantern festival,lunar new year|春节,元宵节,新春,过年,农历新年,除夕
meadow@dawn|person_in_lotus_position,own:tree,butterfly|mindfulness,meditation,calm,peaceful mind,stress,anxiety,relaxation,serenity,mental health,emotion,emotions,feeling,mood|正念,冥想,平静,压力,焦虑,放松,心理健康,宁静,情绪,情感,心情
meadow|seedling,butterfly,honeybee,own:tree|spring,nature,blossom,renewal,pollination,gardening,life|春天,春季,更新,园艺,生命
coast|umbrella_on_ground,palm_tree,sailboat,person_surfing|summer,seaside|夏天,夏季
park@dusk|own:tree,fallen_leaf,own:bench,chipmunk|autumn,fall season|秋天,秋季
table|hot_beverage,open_book,candle,croissant|happiness,comfort,cosy,cozy,joy,slow life,leisure,weekend,simplicity|幸福,快乐,舒适,周末,休闲,慢生活,悠闲
stage|hourglass_not_done,seedling,butterfly|change,transformation,progress,development,evolution,patience,growth mindset|变化,转变,进步,发展,演化,耐心,成长
mountain@dawn|person:traveller,compass,own:conifer|challenge,courage,perseverance,resilience,effort,difficulty,freedom,independence,persistence,persevere,bravery|勇气,坚持不懈,毅力,努力,困难,自由,独立,韧性
library|person:programmer,books,own:shelf,globe_showing_Asia-Australia|literature,scholarship,philosophy,wisdom,truth,book culture,philosopher,novelist,scholar|文学,学术,哲学,智慧,真理,哲学家,学问
factory|person:builder,gear,package|industry,manufacturing,production,labour,labor,work,logistics,supply chain,factory,engineering|工业,制造业,生产,劳动,物流,供应链,工程,工作
field|person:farmer,tractor,sheaf_of_rice|agriculture,harvest,farming,hunger,food security,rural|农业,收获,丰收,饥饿,粮食安全,乡村
stage|camera,movie_camera,framed_picture,film_frames|photography,film,video,cinema,media,visual,image,picture|摄影,电影,影像,视频,媒体,图像
stage|performing_arts,microphone,musical_notes|theatre,drama,entertainment,performance,comedy,humour,humor|戏剧,娱乐,表演,喜剧,幽默
table|newspaper,hot_beverage,mobile_phone|news,journalism,media literacy,information overload,opinion|新闻,新闻业,舆论,资讯
stage|recycling_symbol,seedling,package|recycling,waste,circular economy,reuse,plastic,packaging|回收,垃圾分类,循环经济,塑料,包装
stage|game_die,chess_pawn,video_game|risk,probability,chance,luck,uncertainty,statistics|风险,概率,运气,游戏,不确定性
stage|handshake,briefcase,own:bars|partnership,negotiation,agreement,deal,contract,cooperation|伙伴关系,谈判,协议,合同,合作
park|person:elder,own:bench,own:tree,bird|ageing,aging,old age,longevity,lifespan|衰老,老龄化,长寿,晚年
stage|bank,coin,credit_card|banking,credit,loan,mortgage,central bank,interest rate,monetary|银行业,信贷,贷款,房贷,央行,利率,货币
stage|t-shirt,dress,thread,scissors|fashion,style,clothing,textile|时尚,风格,服饰
village|house,own:tree,bicycle|housing,home,property,real estate,rent,neighbourhood|住房,房地产,租房,房价
stage|books,graduation_cap,pencil,globe_showing_Asia-Australia|university,degree,academic,exam,exams,student life,homework|大学,学位,考试,学业,作业
stage|globe_showing_Asia-Australia,airplane,passenger_ship|globalisation,globalization,international,world,global,migration,immigration,culture exchange|全球化,国际,世界,全球,移民
"""


@dataclass(frozen=True)
class Topic:
    """What one line says. `light` and `weather` are "" where the line leaves them open."""

    setting: str
    light: str
    weather: str
    drawings: tuple[str, ...]
    english: tuple[str, ...]
    chinese: tuple[str, ...]


def _read(block: str) -> tuple[Topic, ...]:
    topics = []
    for line in block.strip().splitlines():
        head, *middle, english, chinese = line.split("|")
        drawings = tuple(name for name in ",".join(middle).split(",") if name)
        setting, light, weather = head, "", ""
        if "@" in setting:
            setting, _, light = setting.partition("@")
        if "+" in setting:
            setting, _, weather = setting.partition("+")
        topics.append(Topic(setting, light, weather, drawings, tuple(english.split(",")), tuple(chinese.split(","))))
    return tuple(topics)


def _index(topics: tuple[Topic, ...]) -> dict[str, Topic]:
    table: dict[str, Topic] = {}
    for topic in topics:
        for word in topic.english + topic.chinese:
            table.setdefault(word.lower(), topic)
    return table


@cache
def places() -> dict[str, Topic]:
    """Word of either language -> the place it names."""
    return _index(_read(_PLACES))


@cache
def topics() -> dict[str, Topic]:
    """Word of either language -> the abstract topic it names."""
    return _index(_read(_TOPICS))


@cache
def lights() -> dict[str, str]:
    """Word of either language -> dawn, day, dusk or night."""
    return _words(_LIGHT)


@cache
def weathers() -> dict[str, str]:
    """Word of either language -> rain, storm, snow, fog, wind or clear."""
    return _words(_WEATHER)


def _words(block: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for line in block.strip().splitlines():
        name, english, chinese = line.split("|")
        for word in english.split(",") + chinese.split(","):
            table.setdefault(word, name)
    return table
