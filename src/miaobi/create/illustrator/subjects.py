# ruff: noqa: E501 - one line is one subject
"""Everyday subjects of school, marketing and news, with the pictures that tell them.

One line per subject: pictures | English words | Chinese words. Pictures are parted by " / " and take turns in a series;
one picture is setting[+weather][@light][!]:drawings, the most telling first. "!" keeps it quiet: no story of passers-by
and no cheerful extras, for grave subjects and for nature without people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

_SUBJECTS = """
stage:seedling,herb,droplet / meadow!:seedling,own:bush / meadow!@dawn:sunflower,seedling|photosynthesis,chlorophyll|光合作用,叶绿素
mountain!@dusk:volcano / coast!:volcano,palm_tree / stage:volcano,own:plates|volcano,volcanoes,eruption,erupt,erupts,lava,magma|火山,火山爆发,岩浆,熔岩
meadow!+fog:own:quake / stage:own:plates,own:quake,rescue_worker’s_helmet / mountain!+fog:own:quake|earthquake,earthquakes,seismic,aftershock|地震,余震,抗震
stage:own:plates,volcano,globe_showing_Asia-Australia / mountain!:volcano / stage:globe_showing_Asia-Australia,own:plates,compass|plate tectonics,tectonic,tectonic plates,continental drift,geology|板块构造,板块,地质,大陆漂移
snow!:own:glacier / coast!:own:iceberg,own:flock / snow!@dusk:own:glacier,penguin|glacier,glaciers,ice sheet,ice sheets,melting ice|冰川,冰盖
coast!:own:iceberg,own:flock / snow!:own:glacier,seal|iceberg,icebergs|冰山
desert!@night:mosque,palm_tree / table:diya_lamp,own:dates,prayer_beads / stage@dusk:mosque,diya_lamp,prayer_beads|ramadan,eid,fasting month,islam,muslim,quran|斋月,开斋节,伊斯兰教,穆斯林
table:scroll,own:inkbrush,teapot / library:person:teacher,scroll,books / room:story:calligraphy|confucius,confucian,confucianism,analects,laozi,taoism|孔子,论语,儒家,儒学,老子,道家,孟子
desert!@dusk:camel,cactus / table:own:silk,amphora,compass / stage:camel,own:silk,amphora / desert!:camel|silk road,silk route,caravan,spice trade|丝绸之路,丝路,商队
clinic:person:doctor,own:needles,herb / stage:own:needles,herb,teapot / table:herb,own:needles,teapot|acupuncture,traditional chinese medicine,herbal medicine,tcm|针灸,中医,中药,草药
clinic:person:doctor,own:eyechart / table:glasses,open_book,own:plantpot / stage:own:eyechart,glasses,open_book / classroom:person:child,glasses,books|eyesight,myopia,short-sighted,short-sightedness,nearsighted,vision problems,optician,eye test|近视,视力,护眼,配镜,眼镜店
square:story:talk / stage:speech_balloon,shield,calendar / stage:shield,calendar,speech_balloon|personal boundaries,boundaries,saying no,say no,refusal|拒绝,说不,边界感,界限
stage:ballot_box_with_ballot,classical_building,megaphone / square:classical_building / stage:classical_building,ballot_box_with_ballot,speech_balloon|democracy,democracies,democratic,election,elections,ballot,voting,referendum,athens|民主,选举,投票,大选,公投
table:own:piggy,coin,calendar / stage:own:piggy,coin,own:bars / table:coin,own:piggy,memo|budget,budgeting,budgets,saving money,save money,savings,personal finance,spending,pocket money,household money|预算,存钱,省钱,储蓄,理财,零花钱,记账
clinic:person:doctor,syringe / stage:syringe,shield,microbe / lab:person:scientist,syringe,test_tube / stage:shield,microbe,syringe|vaccine,vaccines,vaccinate,vaccination,immune system,immunity,immunization,antibody,antibodies|疫苗,免疫系统,免疫力,接种疫苗,抗体,免疫
office:person:business,laptop,clipboard / office:story:interview / stage:briefcase,clipboard,calendar|job interview,job interviews,job application,job search,recruiter,hiring,resume|面试,求职,应聘,找工作,简历
office:person:business,own:bars,laptop / stage:rocket,own:bars,light_bulb / office:story:interview / stage:own:bars,rocket,laptop|startup,startups,start-up,start-ups,entrepreneurship,venture capital|初创公司,初创企业,创业,创业公司,创业者
stage:own:atom,own:chip,laptop / lab:person:scientist,own:atom,laptop / stage:own:atom,own:network,own:chip|quantum computing,quantum computer,quantum computers,quantum,qubit,qubits|量子计算,量子计算机,量子,量子力学,量子比特
stage:own:atom,magnet,telescope / lab:person:scientist,own:atom,magnet|physics,atom,atoms,atomic,electron,particle physics,relativity|物理,物理学,原子,电子学,相对论
stage:locked,key,laptop / table:mobile_phone,locked,key / stage:key,locked,shield / office:person:programmer,laptop|password,passwords,password safety,passkey,login|密码,口令,密码安全,登录
stage:own:press,open_book,newspaper / table:own:press,books,own:inkbrush / stage:open_book,own:press,scroll|printing press,gutenberg,movable type,woodblock printing,printing|印刷术,活字印刷,印刷机,活字,古腾堡
stage:own:falling,coin,newspaper / stage:own:falling,money_bag,calendar / table:newspaper,own:falling,coin|market crash,crash,recession,slump,depression of 1929,great depression,bear market,bankruptcy|股市下跌,崩盘,经济危机,金融危机,破产,大萧条
table:open_book,fountain_pen,rose / library:person:programmer,open_book,books / park:story:rest / table:own:inkbrush,scroll,own:vase|poetry,poem,poems,poet,poets,haiku,sonnet|诗歌,写诗,诗人,诗词,唐诗,诗
stage:saxophone,trumpet,musical_notes / stage:person:singer,saxophone,trumpet / table:saxophone,trumpet,musical_notes|jazz,blues,jazz music,saxophonist,improvisation|爵士,爵士乐,蓝调
table:own:chessboard,chess_pawn,own:plantpot / park:story:chess / stage:chess_pawn,own:chessboard,trophy|chess,chessboard,checkmate,grandmaster|国际象棋,象棋,下棋,围棋,棋手
park!:person_in_lotus_position,own:tree / room:person_in_lotus_position,own:plantpot / meadow!@dawn:person_in_lotus_position,blossom / coast!@dawn:person_in_lotus_position,palm_tree|yoga,pilates,stretching|瑜伽,拉伸
park!@dusk:story:alone,own:tree / table:candle,own:vase,framed_picture / meadow!@dusk:headstone,tulip,own:tree / river!@dusk:story:alone|grief,grieving,mourning,bereavement,funeral,loss of a loved one|悲伤,哀悼,哀伤,丧亲,悼念,葬礼,失去亲人
park!@dusk:story:alone,own:tree / room:person:elder,own:floor_lamp,chair / street!:story:alone|loneliness,lonely,isolation|孤独感,孤独,孤单,空巢
table:memo,books,own:plantpot / room:story:desk / classroom:person:student,books,memo / table:open_book,pencil,alarm_clock|homework,exam preparation,studying for exams|作业,家庭作业,写作业
library:person:student,books / table:books,own:lamp_table,own:plantpot / library:person:child,open_book / library:person:elder,books,open_book|library,libraries,librarian,reading room,bookshop|图书馆,书店,图书管理员
stage:recycling_symbol,own:bottle,wastebasket / park!:wastebasket,own:tree / table:own:bottle,wastebasket,package|recycling,recycle,plastic bottles,plastic waste,plastic,waste sorting,circular economy,packaging waste|回收,垃圾分类,塑料,塑料瓶,循环经济,废品
underwater:shark,tropical_fish,coral / underwater:shark,fish / underwater:shark,turtle,coral|shark,sharks|鲨鱼,鲨
space@night:person:astronaut,own:lander / space@night:own:lander,person:astronaut,satellite|moon landing,apollo,lunar|登月,月球,阿波罗,月球车
park!:story:couple,own:tree / table:ring,bouquet,birthday_cake / park!:wedding,own:tree / stage:ring,bouquet,own:olive|wedding,weddings,bride,groom,marriage,marry|婚礼,结婚,婚姻,新娘,新郎
clinic:person:doctor,tooth,toothbrush / stage:tooth,toothbrush,own:vase / table:toothbrush,tooth,own:cloth|dentist,dentists,dental,toothache,tooth decay,brush your teeth,teeth|牙医,牙齿,看牙,刷牙,口腔,蛀牙
park:story:football / stage:trophy,soccer_ball,running_shoe / park:story:goal / stage:soccer_ball,trophy,sports_medal|football,football match,football goal,soccer,football field,kick the ball,kicks the ball,goalkeeper,world cup|足球,足球赛,踢足球,踢球,进球,射门,世界杯,球门
table:cheese_wedge,bread,grapes / field!:cow,own:fence / table:cheese_wedge,glass_of_milk,own:cloth / kitchen:person:chef,cheese_wedge|cheese,cheesemaking|奶酪,芝士
table:teapot,teacup_without_handle,own:vase / field:person:farmer,own:bush / table:teacup_without_handle,teapot,herb / table:teapot,herb,own:cloth / room:person:mother,teapot,own:plantpot|tea,green tea,black tea,tea ceremony,tea leaves|茶,喝茶,茶叶,绿茶,红茶,茶文化,茶道
table:hot_beverage,own:coffeebeans,own:plantpot / field:person:farmer,basket / table:own:coffeebeans,hot_beverage,own:cloth / shop:person:people,hot_beverage|coffee,coffee beans,coffee cherries,espresso,caffeine,cappuccino|咖啡,咖啡豆,咖啡因
street@night:own:lanterns,person:child,person:people / table:dumpling,red_envelope,tangerine / stage:red_envelope,firecracker,red_paper_lantern / street@dusk:own:lanterns,person:elder|spring festival,chinese new year,lunar new year|春节,过年,新春,除夕,农历新年
table:moon_cake,teapot,own:vase / table:moon_cake,teacup_without_handle,red_paper_lantern / park@night:own:lanterns,person:mother,person:child|mid-autumn,mid-autumn festival,mooncake,mooncakes,moon festival|中秋,中秋节,月饼,赏月
meadow:own:train,own:tree / field:own:train,own:tree / mountain:own:train,own:conifer / river:own:train,own:birch|high-speed rail,high-speed train,high-speed trains,bullet train,railways|高铁,高速铁路,动车,复兴号
table:own:inkbrush,scroll,own:cloth / room:story:calligraphy / table:scroll,own:inkbrush,teacup_without_handle|calligraphy,brush writing,ink painting,ink brush|书法,毛笔,写毛笔字,水墨画,文房四宝
table:green_salad,bread,tomato / kitchen:person:chef,pot_of_food / table:pot_of_food,bread,own:cloth / table:red_apple,bread,glass_of_milk|healthy eating,healthy food,nutrition,diet,balanced diet|营养,健康饮食,膳食,均衡饮食
table:spaghetti,tomato,cheese_wedge / table:pizza,tomato,olive / kitchen:person:chef,spaghetti|italian food,italian cuisine,pasta,pizza,spaghetti|意大利菜,意大利面,披萨
kitchen:person:chef,bread / table:bread,glass_of_milk,own:cloth / kitchen:person:mother,bread / table:bread,sheaf_of_rice,butter|sourdough,baking bread,bread,bake bread,bakery,baker|面包,烘焙,面包师,酸面团
kitchen:person:people,sponge,soap / table:sponge,soap,bucket / kitchen:person:father,sponge,bucket|cleaning,cleaning up,housework,chores,tidying,tidy up|打扫,家务,大扫除,清洁,收拾
street:bicycle,own:tree / street:person_biking,own:tree / park:bicycle,own:tree / quay:person_biking,own:tree|bicycle,bicycles,bike,bikes,cycling|自行车,单车,骑车,骑行
coast!:own:turbine,own:flock / coast!@dusk:own:turbine,own:flock / coast!:own:turbine,ship|offshore wind,offshore wind energy,offshore wind farm,offshore|海上风电,海上风力,海上风力发电
street:story:courier,own:lamp / city:story:courier,own:tree / street@dusk:story:courier,own:tree|food delivery,delivery rider,delivery riders,delivery driver,takeaway|外卖,外卖员,快递小哥,送餐
street:person:firefighter,fire_engine / park:person:firefighter,own:tree / stage:rescue_worker’s_helmet,fire_extinguisher,axe|firefighter,firefighters,fire brigade,fire department,fireman|消防员,消防队,消防
underwater:own:diver,own:wreck,tropical_fish / underwater:own:diver,coral,turtle / underwater:own:wreck,fish,own:diver|diver,divers,scuba,diving,shipwreck,shipwrecks,sunken ship|潜水员,潜水,沉船
street:automobile,own:charger / stage:battery,automobile,high_voltage / street:own:charger,automobile|electric car,electric cars,electric vehicle,electric vehicles,ev,evs|电动汽车,新能源汽车,新能源车,电动车
room:person:father,mobile_phone,own:plantpot / table:mobile_phone,speech_balloon,own:plantpot / stage:mobile_phone,speech_balloon,bell|social media,smartphone,smartphones,screen time,phone use|社交媒体,手机,智能手机,屏幕时间,短视频
forest!:own:tree,own:birch / park@dusk:own:tree,own:bench / meadow!:own:tree,blossom|seasons,four seasons|四季,季节
stage:anatomical_heart,stethoscope,running_shoe / clinic:person:doctor,stethoscope / park:person_running,own:tree|heart disease,heart attack,blood pressure,cardiovascular,circulation|心脏病,血压,高血压,心血管,血液循环
field!:sheaf_of_rice,own:fence / table:cooked_rice,chopsticks,sheaf_of_rice / field:person:farmer,sheaf_of_rice|rice,rice paddies,rice paddy|大米,稻米,水稻,稻田
river!:droplet,own:birch / stage:droplet,seedling,globe_showing_Asia-Australia / river:duck|drinking water,water cycle,fresh water,groundwater,clean water|饮用水,水循环,淡水,节水,地下水
meadow:sauropod,own:conifer / forest!:T-Rex,own:conifer / meadow!@dusk:sauropod|dinosaur,dinosaurs,extinction,jurassic|恐龙,灭绝,侏罗纪
mountain:own:wall,own:conifer / mountain@dawn:own:wall,own:conifer / meadow!:own:wall,own:bush|great wall,great wall of china|长城,万里长城
street:person:teacher,school / classroom:person:teacher,own:board,books / campus:person:student,person:child|school,schools,primary school,secondary school,back to school|学校,上学,小学,中学,开学
stage:megaphone,bullseye,mobile_phone / office:person:business,own:bars,laptop / stage:bullseye,own:bars,megaphone / table:laptop,mobile_phone,memo|marketing,advertising,brand,branding,seo,content marketing,campaigns|营销,广告,品牌,市场营销,推广
room:person:father,laptop,own:plantpot / table:laptop,hot_beverage,own:plantpot / room:person:mother,laptop,own:lamp_table|remote work,working from home,work from home,home office|远程办公,居家办公,在家办公
stage:own:chip,laptop,own:network / lab:person:scientist,own:chip|chip,chips,microchip,semiconductor,semiconductors,processor|芯片,半导体,处理器
stage:dna,microscope,seedling / table:dna,microscope,test_tube / lab:person:scientist,dna|genetics,genes,gene editing,dna,heredity|基因,遗传,基因编辑,遗传学
stage:cricket_game,trophy,sports_medal / table:cricket_game,glass_of_milk,own:cloth|cricket match|板球
stage:bone,stethoscope,glass_of_milk / clinic:person:doctor,chair|bones,bone,skeleton,human body|骨骼,骨头,人体
square:story:talk / park:story:talk,own:tree / stage:speech_balloon,dove,own:olive|argument,arguments,quarrel,quarrels,conflict resolution,disagreement|争吵,吵架,争论
stage:globe_showing_Asia-Australia,compass,airplane / table:globe_showing_Asia-Australia,compass,books|country,countries,continent,continents,geography|国家,大洲,地理
stage:magnet,light_bulb,own:atom / lab:person:scientist,own:atom,magnet|speed of light,faster than sound,sound waves,optics,magnetism|光速,声波,光学
park:story:alone,own:tree / room:person:elder,own:plantpot,chair / park:person:elder,own:bench|elderly care,care home,dementia,alzheimer|养老,养老院,痴呆
meadow:own:airballoon,own:tree / stage:airplane,luggage,globe_showing_Asia-Australia / coast:sailboat,palm_tree|travel,travelling,tourism,tourists,vacation,holiday trip,sightseeing|旅行,旅游,度假,旅途
room:person:mother,teddy_bear,own:plantpot / table:baby_bottle,teddy_bear,own:cloth / park:person:mother,own:tree|baby,babies,newborn,infant,infants,breastfeeding,breastfeeds,toddlers|婴儿,宝宝,新生儿,母乳,哺乳
clinic:person:doctor,person:mother / room:person:mother,own:plantpot,chair|pregnant,pregnancy,pregnant woman,midwife|怀孕,孕妇,孕期
meadow!:own:flock,own:tree / coast!:own:flock,palm_tree / mountain!:own:airballoon,own:conifer|sky,blue sky,clouds,cloud|天空,蓝天,云朵
square:story:talk / park:story:talk,own:tree / stage:speech_balloon,magnifying_glass_tilted_left,key|lie,lies,lying,liar,gossip|说谎,撒谎,谎言
park:story:picnic / stage:performing_arts,speech_balloon,balloon / square:story:cafe|laugh,laughs,laughter,laughing,joke,jokes,humour,humor|笑话,幽默,笑声,大笑
library:person:mother,person:child / table:open_book,teddy_bear,own:lamp_table / room:person:elder,person:child|storytelling,bedtime story,bedtime stories,fairy tales,read aloud|讲故事,童话,睡前故事,绘本
space@night:rocket,satellite / space@night:satellite,rocket / stage:rocket,telescope,globe_showing_Asia-Australia|mars,mars mission,spaceflight,space travel|火星,火星探测,载人航天
stage:own:network,speech_balloon,open_book / classroom:person:teacher,own:board,books / table:books,memo,hot_beverage|learning english,foreign language,foreign languages,vocabulary|学习英语,英语,外语,单词
park:story:chat,own:tree / quay:story:stroll / park@dusk:story:stroll,own:tree|grandparents,old couple,elderly couple|爷爷奶奶,外公外婆,老两口,老夫妻
street:school,own:tree / campus:person:teacher,person:child / classroom:person:teacher,own:board,books|ban phones,school rules,school system|校规
kitchen:person:mother,birthday_cake / table:birthday_cake,butter,own:cloth / kitchen:person:chef,birthday_cake|cake,cakes,baking,bakes,bake|蛋糕,烤蛋糕,做蛋糕
river+rain:own:bridge,own:birch / street+rain:own:tree,own:lamp|flood,floods,flooding|洪水,洪灾,水灾,内涝
"""

WEAK = frozenset(("country", "countries", "国家"))
"""Words that tell the subject only where the text has no other."""


@dataclass(frozen=True)
class Variant:
    """One picture of a subject. `quiet` where no passers-by belong in it."""

    setting: str
    light: str
    weather: str
    quiet: bool
    drawings: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """A subject and the pictures that take turns."""

    variants: tuple[Variant, ...]
    english: tuple[str, ...]
    chinese: tuple[str, ...]


@cache
def subjects() -> dict[str, Subject]:
    """Word or phrase of either language -> its subject; the first line that claims a word keeps it."""
    table: dict[str, Subject] = {}
    for line in _SUBJECTS.strip().splitlines():
        pictures, english, chinese = line.split("|")
        variants = tuple(read_variant(picture) for picture in pictures.split(" / "))
        subject = Subject(variants, tuple(english.split(",")), tuple(chinese.split(",")))
        for word in subject.english + subject.chinese:
            table.setdefault(word, subject)
    return table


def read_variant(text: str) -> Variant:
    """One picture: setting, weather, light, quietness and drawings."""
    head, _, drawings = text.partition(":")
    head, light = head.partition("@")[::2] if "@" in head else (head, "")
    quiet = "!" in head + light
    setting, _, weather = head.replace("!", "").partition("+")
    return Variant(setting, light.replace("!", ""), weather, quiet, tuple(drawings.split(",")))
