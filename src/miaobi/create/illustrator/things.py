# ruff: noqa: E501 - one line of the table is one drawing or topic
"""Concrete words and what shows them: a drawing, where it belongs, how tall it is in the real world.

One line per drawing: name | habitat | height in metres | English words | Chinese words. The first word of each language
is its label in descriptions. A name is a Twemoji drawing (its `emoji` name), `person:<role>` for a figure of our own
(see figure.py) or `own:<prop>` for a thing of our own (see props.py).

Habitats: person, creature (stands on land), vehicle (road), rail, building, plant (tree or bush), flower, outdoor (any
other thing that stands outside), air, sky (sun, moon, clouds: the backdrop draws these), boat, sea (lives in water),
table (small things), room (furniture), symbol (a sign for an idea, shown in a bubble or large).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Thing:
    """A drawing with its place in the world. `height` in metres."""

    name: str
    habitat: str
    height: float
    english: tuple[str, ...]
    chinese: tuple[str, ...]

    @property
    def label_en(self) -> str:
        return self.english[0] if self.english else self.name.split(":")[-1].replace("_", " ")

    @property
    def label_zh(self) -> str:
        return self.chinese[0] if self.chinese else self.label_en


_PEOPLE = """
person_biking|person|1.75|cyclist,bicycle rider,biker,cycling,ride a bike,bike ride,commuter|骑车人,骑行者,骑自行车,骑车,骑单车,骑行,单车手
person_running|person|1.7|runner,jogger,run,jog,sprint,marathon,athlete|跑步者,跑步,奔跑,慢跑,马拉松,运动员
person_walking|person|1.7|walker,walking person,pedestrian,walk,stroll,hike,hiker,passer-by|行人,步行,走路,散步,行走,徒步,路人
woman_dancing|person|1.7|dancer,dance,dancing|舞者,跳舞,舞蹈
ballet_dancer|person|1.7|ballet dancer,ballet|芭蕾舞者,芭蕾
person_rowing_boat|boat|1.6|rower,row,rowing|划船的人,划船,船夫,渔夫,渔民
person_swimming|sea|1.0|swimmer,swim,swimming|游泳的人,游泳
person_surfing|boat|1.9|surfer,surf,surfing|冲浪者,冲浪
person_in_lotus_position|person|1.0|person sitting in meditation,meditate,meditation,yoga|冥想的人,冥想,瑜伽,打坐
person_lifting_weights|person|1.9|weight lifter,weights,gym,strength,exercise,fitness,workout|举重的人,健身,锻炼,举重,力量
person_bouncing_ball|person|1.75|basketball player,basketball|篮球运动员,篮球,打篮球
person_playing_handball|person|1.8|ball player,handball,volleyball|打球的人,手球,排球,打球
person_golfing|person|1.7|golfer,golf|打高尔夫的人,高尔夫
person_cartwheeling|person|1.6|gymnast,gymnastics,acrobat|体操运动员,体操,杂技
person_in_manual_wheelchair|person|1.35|wheelchair user,wheelchair,disability,disabled,accessibility|坐轮椅的人,轮椅,残疾,残障,无障碍
person_with_white_cane|person|1.7|blind person,blind,cane|盲人,视障
woman_and_man_holding_hands|person|1.7|couple,friend,friendship,pair,lovers|情侣,朋友,友谊,伴侣,夫妻,恋人,友情
person_fencing|person|1.7|fencer,fencing|击剑手,击剑
skier|person|1.6|skier,ski,skiing|滑雪者,滑雪
horse_racing|person|2.3|jockey,horse rider,knight|骑马,赛马,骑士
people_hugging|symbol|1.5|hug,hugging,embrace,comfort,empathy,compassion,kindness|拥抱,安慰,同情,共情,善意,关怀
person:doctor|person|1.72|doctor,physician,surgeon,medic,nurse,dentist,pharmacist|医生,大夫,护士,医师,牙医,药剂师,医护人员
person:teacher|person|1.7|teacher,professor,tutor,lecturer,instructor,trainer,coach,mentor,speaker|老师,教师,教授,讲师,导师,教练
person:student|person|1.6|student,pupil,learner,schoolchild,graduate|学生,同学,学员,毕业生,大学生
person:child|person|1.2|child,children,kid,grandson,granddaughter,grandchild,grandchildren,boy,girl,toddler,son,daughter,youngster|孩子,儿童,小孩,男孩,女孩,小朋友,少年,幼儿
person:farmer|person|1.72|farmer,gardener,grower,peasant,harvester|农民,农夫,园丁,种植者,农人
person:chef|person|1.72|cook,chef,baker|厨师,面包师,师傅
person:builder|person|1.74|builder,worker,construction worker,engineer,mechanic,technician,electrician,labourer,laborer,plumber|工人,建筑工人,工程师,技师,技术员,电工,劳动者,工程人员
person:scientist|person|1.72|scientist,researcher,chemist,biologist,physicist|科学家,研究员,研究人员,学者,化学家
person:business|person|1.75|manager,businessman,businesswoman,boss,executive,office worker,employee,employer,investor,banker,politician,leader,entrepreneur,staff,colleague,founder,consultant,mayor,president|经理,商人,老板,员工,投资者,职员,领导,企业家,同事,上班族,创业者,市长,总统
person:programmer|person|1.72|programmer,developer,coder,hacker,designer,writer,author,editor,journalist,blogger|程序员,开发者,设计师,作家,作者,编辑,记者,黑客
person:police|person|1.78|police officer,police,guard,officer,soldier|警察,警官,保安,士兵,军人
person:judge|person|1.7|judge,lawyer,attorney|法官,律师
person:artist|person|1.7|artist,painter,illustrator,sculptor|画家,艺术家,插画师
person:singer|person|1.7|singer,musician,performer,band|歌手,音乐家,演奏者,乐队,表演者
person:elder|person|1.62|elderly person,grandmother,grandfather,grandma,grandpa,elderly,elder,old man,old woman,senior,grandparent|老人,奶奶,爷爷,长者,外婆,外公,老年人,老年
person:mother|person|1.68|mother,mom,woman,lady,aunt,wife,women,queen,parent|妈妈,母亲,女人,女士,妇女,女性,女王,父母,家长
person:father|person|1.76|man,father,dad,guy,gentleman,uncle,husband,men,king|男人,爸爸,父亲,先生,男士,男性,国王,皇帝
person:traveller|person|1.72|traveller,traveler,tourist,visitor,backpacker,explorer,adventurer|旅行者,游客,旅客,背包客,探险家,旅人
person:people|person|1.7|person,people,neighbour,neighbor,resident,citizen,crowd,community,customer,shopper,volunteer,audience,human,family,team,everyone,public,population,society,group,villager,voter,patient,consumer,user,buyer,seller|一个人,人们,人,居民,邻居,市民,顾客,大家,人群,社区,志愿者,家庭,家人,团队,公众,村民,消费者,用户,病人,患者,人类,社会
person:astronaut|person|1.8|astronaut,cosmonaut,space walk|宇航员,航天员,太空人
person:driver|person|1.74|driver,courier,deliverer,postman|司机,快递员,邮递员
person:firefighter|person|1.76|firefighter|消防队员
"""

_CREATURES = """
dog|creature|.62|dog,puppy,hound|狗,小狗,犬,狗狗
cat|creature|.42|cat,kitten|猫,小猫,猫咪
black_cat|creature|.42|black cat|黑猫
rabbit|creature|.35|rabbit,bunny,hare|兔子,小兔,白兔
horse|creature|1.9|horse,pony,stallion|马,马匹,小马,骏马
cow|creature|1.5|cow,cattle,dairy,livestock|奶牛,牛,母牛,牲畜
ox|creature|1.5|ox,bull,oxen|公牛,黄牛
water_buffalo|creature|1.6|buffalo,water buffalo|水牛
pig|creature|.9|pig,piglet|猪,小猪
ewe|creature|.9|sheep,lamb,ewe|绵羊,羊,羔羊,小羊
goat|creature|.85|goat|山羊
ram|creature|1.0|ram|公羊
rooster|creature|.5|rooster,cockerel|公鸡
chicken|creature|.5|chicken,hen,poultry|鸡,母鸡,家禽
baby_chick|creature|.25|chick|小鸡
duck|creature|.4|duck|鸭子,鸭
swan|boat|.8|swan|天鹅
goose|creature|.7|goose,geese|鹅
turkey|creature|.8|turkey|火鸡
elephant|creature|2.9|elephant|大象,象
giraffe|creature|4.2|giraffe|长颈鹿
zebra|creature|1.5|zebra|斑马
tiger|creature|1.1|tiger|老虎,虎
leopard|creature|.9|leopard,cheetah,jaguar|豹子,豹,猎豹
monkey|creature|.7|monkey,ape|猴子,猴
gorilla|creature|1.6|gorilla|大猩猩
camel|creature|2.1|camel|骆驼
llama|creature|1.6|llama,alpaca|羊驼
kangaroo|creature|1.5|kangaroo|袋鼠
hippopotamus|creature|1.5|hippo,hippopotamus|河马
rhinoceros|creature|1.6|rhino,rhinoceros|犀牛
bison|creature|1.7|bison|野牛
mammoth|creature|3|mammoth|猛犸象
donkey|creature|1.3|donkey,mule|驴,毛驴
chipmunk|creature|.28|squirrel,chipmunk|松鼠
hedgehog|creature|.25|hedgehog|刺猬
penguin|creature|.8|penguin|企鹅
sloth|creature|.6|sloth|树懒
beaver|creature|.5|beaver|海狸
otter|creature|.5|otter|水獭
badger|creature|.5|badger|獾
flamingo|creature|1.3|flamingo|火烈鸟
peacock|creature|1.1|peacock|孔雀
turtle|creature|.3|turtle,tortoise|乌龟,龟,海龟
snail|creature|.15|snail|蜗牛
lizard|creature|.2|lizard,gecko|蜥蜴,壁虎
snake|creature|.4|snake,serpent|蛇
crocodile|creature|.7|crocodile,alligator|鳄鱼
sauropod|creature|5|dinosaur,sauropod|恐龙
T-Rex|creature|4.5|t-rex,tyrannosaurus|霸王龙
dragon|creature|4|dragon|龙,巨龙
poodle|creature|.5|poodle|贵宾犬
service_dog|creature|.62|service dog,guide dog|导盲犬,服务犬
seal|creature|.7|seal,sea lion|海豹
ant|creature|.12|ant|蚂蚁
bug|creature|.1|caterpillar,bug,insect|毛毛虫,昆虫,虫子
lady_beetle|creature|.1|ladybug,ladybird|瓢虫
spider|creature|.12|spider|蜘蛛
scorpion|creature|.15|scorpion|蝎子
crab|creature|.2|crab|螃蟹,蟹
lobster|sea|.3|lobster|龙虾
teddy_bear|table|.35|teddy bear,toy,toys|玩具熊,玩具
bear|creature|1.6|bear,grizzly|熊,棕熊
polar_bear|creature|1.6|polar bear|北极熊
owl|creature|.4|owl,wisdom|猫头鹰,智慧
panda|creature|1.2|panda|熊猫,大熊猫
wolf|creature|1.1|wolf|狼
lion|creature|1.4|lion|狮子,狮
fox|creature|.8|fox|狐狸
koala|creature|.8|koala|考拉
deer|creature|1.6|deer,stag,elk|鹿,小鹿
frog|creature|.35|frog,toad|青蛙,蛙
robot|symbol|1.4|robot,android,chatbot,bot,automation|机器人,自动化,聊天机器人
bird|creature|.28|bird,sparrow,robin|鸟,小鸟,鸟儿,麻雀
black_bird|air|.3|crow,raven,blackbird|乌鸦
own:flock|air|1.1|flock of birds,flock,migratory birds,flying bird|鸟群,候鸟,飞鸟
dove|air|.35|dove,pigeon|鸽子,白鸽
parrot|air|.4|parrot|鹦鹉
eagle|symbol|.8|eagle,hawk|鹰,老鹰
bat|air|.25|bat|蝙蝠
butterfly|air|.18|butterfly,butterflies,moth|蝴蝶
honeybee|air|.15|bee,honeybee,pollinator,pollination|蜜蜂,授粉
mosquito|air|.12|mosquito|蚊子
fish|sea|.4|fish,trout,salmon,fishes|鱼,小鱼,鱼儿
tropical_fish|sea|.35|tropical fish,goldfish|热带鱼,金鱼
blowfish|sea|.35|blowfish,pufferfish|河豚
shark|sea|1.4|shark|鲨鱼
whale|sea|2.2|whale|鲸鱼,鲸
spouting_whale|sea|2.2|spouting whale|喷水的鲸鱼
dolphin|sea|1.2|dolphin|海豚
octopus|sea|.8|octopus|章鱼
squid|sea|.7|squid|鱿鱼,乌贼
jellyfish|sea|.6|jellyfish|水母
orca|sea|1.8|orca|虎鲸
shrimp|sea|.2|shrimp,prawn|虾
coral|sea|.7|coral,reef,coral reef|珊瑚,珊瑚礁
spiral_shell|sea|.25|shell,seashell|贝壳,海螺
"""

_OUTSIDE = """
own:tree|plant|6|tree,oak,canopy,branch,trunk,trees,treetop,tree cover,tree canopy,root,tree root,leaf,foliage,shade tree|树,树木,大树,橡树,树荫,树冠,树枝,绿树,树叶,树根,绿荫,行道树,大树下,林荫
own:conifer|plant|7|pine,fir,spruce,conifer,evergreen|松树,杉树,云杉
own:birch|plant|6.5|birch,poplar,aspen|白桦,杨树
palm_tree|plant|6|palm,palm tree,coconut tree|棕榈树,椰树,椰子树
cactus|plant|1.6|cactus,cacti|仙人掌
leafless_tree|plant|5|bare tree,dead tree,leafless tree,drought|枯树,干旱
Christmas_tree|plant|3|christmas tree,christmas|圣诞树,圣诞,圣诞节
tanabata_tree|plant|4|bamboo|竹子,竹,竹林
own:bush|plant|1|bush,shrub,hedge|灌木,树丛
seedling|flower|.5|seedling,sprout,sapling,plant,shoot,seed,planting|幼苗,嫩芽,树苗,植物,种子,发芽,种植,种树,植树
sunflower|flower|1.2|sunflower|向日葵
tulip|flower|.5|tulip|郁金香
rose|flower|.5|rose,roses|玫瑰
cherry_blossom|flower|.4|cherry blossom,blossom,petal|樱花,花瓣
hibiscus|flower|.4|hibiscus|木槿
blossom|flower|.4|flower,daisy,bloom|花,花朵,鲜花,雏菊,花儿
hyacinth|flower|.5|hyacinth,lavender|风信子,薰衣草
lotus|boat|.4|lotus,water lily|荷花,莲花
mushroom|flower|.3|mushroom,fungi,fungus|蘑菇
sheaf_of_rice|flower|.9|rice plant,wheat,grain,cereal,paddy,harvest,rye,barley|稻穗,小麦,麦子,稻子,粮食,谷物,丰收,水稻,麦田,收成
ear_of_corn|flower|.6|corn,maize|玉米
rock|outdoor|.4|rock,stone,boulder|岩石,石头
wood|outdoor|.5|log,wood,timber,lumber|木头,原木,木材
mountain|outdoor|8||山峰
house|building|6|house,home,cottage,villa,housing|房子,家,住宅,房屋,小屋,住房,家园
house_with_garden|building|6|garden house,farmhouse|带花园的房子,农舍
houses|building|6|houses,village,neighbourhood,neighborhood,suburb,town|房屋群,村庄,小镇,村子,街坊,乡村
hut|building|4|hut,cabin|茅屋,小木屋
derelict_house|building|6|ruin,derelict house,abandoned house|废墟,破屋
office_building|building|14|office building,tower,headquarters,company,corporation,firm,business|办公楼,大楼,公司,企业,写字楼
bank|building|8|bank,banking|银行
classical_building|building|9|building with columns,museum,parliament,government,court,courthouse,temple,institution,democracy,republic,rome,greece,politics,policy|有立柱的建筑,博物馆,政府,法院,议会,神殿,机构,民主,政治,政策,希腊,罗马
hospital|building|10|hospital,clinic|医院,诊所
school|building|9|school,university,college,campus|学校,大学,校园,中学,小学
factory|building|9|factory,plant floor,manufacturing,industry,industrial,mill,pollution|工厂,制造,工业,厂房,污染
hotel|building|12|hotel|酒店,旅馆,宾馆
convenience_store|building|5|shop,store,retail|商店,便利店,零售,店铺
department_store|building|10|department store,mall|百货商店,商场
post_office|building|7|post office|邮局
church|building|8|church|教堂
wedding|building|8|wedding chapel,wedding,marriage|婚礼,结婚,婚姻
mosque|building|9|mosque|清真寺
synagogue|building|8|synagogue|犹太教堂
hindu_temple|building|9|hindu temple|印度神庙
shinto_shrine|building|6|shrine|神社,鸟居
Japanese_castle|building|11|pagoda,palace,dynasty,ancient china,imperial|宫殿,古塔,城楼,朝代,古代
castle|building|12|castle,fortress,kingdom|城堡,堡垒,王国
stadium|building|8|stadium,arena|体育场,体育馆
Tokyo_tower|building|20|radio tower,tokyo tower,eiffel tower|铁塔,电视塔
ferris_wheel|building|12|ferris wheel,amusement park|摩天轮,游乐园
roller_coaster|building|10|roller coaster|过山车
carousel_horse|outdoor|2.6|carousel|旋转木马
circus_tent|building|8|circus tent,circus|马戏团
own:fountain|outdoor|3|fountain|喷泉
building_construction|building|14|crane,construction site,construction,building site|起重机,工地,建筑工地,施工
tent|outdoor|2|tent,camp,camping,campsite|帐篷,露营,营地
moai|outdoor|4|moai,statue|雕像,石像
playground_slide|outdoor|2.4|playground,slide|滑梯,游乐场
bus_stop|outdoor|2.8|bus stop|公交站,车站牌
vertical_traffic_light|outdoor|3|traffic light,traffic|红绿灯,交通
stop_sign|outdoor|2|stop sign|停车标志
fuel_pump|outdoor|1.8|fuel pump,fuel,petrol,gasoline,gas station,oil price|加油站,汽油,燃油
oil_drum|outdoor|.9|oil drum,oil,crude oil,barrel|石油,原油,油桶
postbox|outdoor|1.5|postbox,mailbox|邮筒,邮箱
placard|outdoor|1.5|placard,protest,slogan,banner|标牌,抗议
snowman|outdoor|1.5|snowman|雪人
umbrella_on_ground|outdoor|2.2|beach umbrella,parasol|沙滩伞,遮阳伞
fire|outdoor|.8|fire,campfire,flame|火,火焰,篝火
own:lanterns|air|1|string of lanterns,lantern,lanterns,lantern festival|灯笼,元宵节
headstone|outdoor|1|gravestone,grave,cemetery,gravestone,death|墓碑,死亡,坟墓
ladder|outdoor|2.5|ladder|梯子
construction|outdoor|1.1|barrier,roadworks|路障
shopping_cart|outdoor|1.1|shopping cart,supermarket,groceries,shopping|购物车,超市,购物
basket|table|.4|basket|篮子
own:turbine|building|16|wind turbine,windmill,wind power,wind farm,wind energy,renewable,turbine|风力发电机,风车,风电,风能,可再生能源
own:solar|outdoor|1.8|solar panel,solar,photovoltaic,solar power,solar energy|太阳能板,太阳能,光伏
own:bench|outdoor|.85|bench|长椅,长凳
own:lamp|outdoor|4.5|street lamp,lamp post,streetlight,street light|路灯,街灯
own:bridge|building|8|bridge|桥,大桥,桥梁
own:fence|outdoor|1.1|fence|栅栏,篱笆
own:lighthouse|building|12|lighthouse|灯塔
automobile|vehicle|1.5|car,automobile,driving,motorist|汽车,轿车,车,开车,车辆
sport_utility_vehicle|vehicle|1.8|suv,jeep|越野车
taxi|vehicle|1.6|taxi,cab|出租车,的士
police_car|vehicle|1.6|police car|警车
ambulance|vehicle|2.4|ambulance,emergency|救护车,急救
fire_engine|vehicle|2.8|fire engine,fire truck|消防车
bus|vehicle|2.9|bus,coach bus,public transport,transit,transport|公交车,巴士,公共汽车,公共交通,运输
trolleybus|vehicle|3|trolleybus|无轨电车
minibus|vehicle|2.2|minibus,van|面包车
delivery_truck|vehicle|2.7|delivery truck,delivery,logistics,shipping,truck,supply chain,supply|货车,快递,物流,卡车,供应链,配送,送货
articulated_lorry|vehicle|3|lorry,freight|重型卡车,货运
pickup_truck|vehicle|1.8|pickup truck,pickup|皮卡
tractor|vehicle|2.6|tractor,farm machine|拖拉机,农机
racing_car|vehicle|1.2|racing car,race car,race|赛车,比赛
motor_scooter|vehicle|1.2|motor scooter,moped|摩托车,电动车,电瓶车
motorcycle|vehicle|1.2|motorcycle,motorbike|机车
bicycle|vehicle|1.05|bicycle,bike,cycle path,bike lane|自行车,单车,脚踏车,自行车道
kick_scooter|vehicle|1.1|scooter|滑板车
skateboard|table|.3|skateboard|滑板
auto_rickshaw|vehicle|1.8|rickshaw,tuk-tuk|人力车,三轮车
locomotive|rail|3.6|steam train,locomotive,steam engine,industrial revolution|蒸汽火车,火车头,工业革命
own:train|rail|3.6|high-speed train,train,railway,rail,subway,metro|高铁,火车,列车,铁路,地铁,动车
tram_car|rail|3.4|tram,streetcar|有轨电车,电车
airplane|air|3|airplane,plane,aeroplane,flight,aircraft,jet,aviation|飞机,航班,飞行,航空
small_airplane|air|2.4|small plane,biplane|小飞机
helicopter|air|2.4|helicopter,drone|直升机,无人机
rocket|air|3.4|rocket,spacecraft,spaceship,startup,shuttle|火箭,飞船,创业,发射,航天,初创
satellite|air|1.6|satellite|卫星
flying_saucer|air|2|flying saucer,ufo|飞碟
parachute|air|2.4|parachute|降落伞
kite|air|1|kite|风筝
balloon|air|.9|balloon|气球
own:airballoon|air|5|hot air balloon,hot-air balloon|热气球
sailboat|boat|4|sailboat,boat,fishing boat,sail,sailing,yacht|帆船,船,小船,渔船,小舟,航行,航海
ship|boat|6|ship,vessel,cruise|轮船,船只,船舶
ferry|boat|5|ferry|渡轮
canoe|boat|1|canoe,kayak|独木舟,皮划艇
passenger_ship|boat|7|cruise ship,cargo ship,container ship,trade,port,harbour,harbor,export,import|邮轮,货船,贸易,港口,码头,出口,进口
motor_boat|boat|2|motorboat,speedboat|摩托艇,快艇
anchor|table|.9|anchor|锚
"""

_SMALL = """
books|table|.3|books,literature,library book,textbook,study,reading list|书籍,书本,文学,课本,学习资料
open_book|table|.28|book,novel,story,reading,page,poem,poetry|书,小说,故事,阅读,读书,诗,诗歌,看书,童话
notebook|table|.28|notebook,diary,journal|笔记本,日记
newspaper|table|.3|newspaper,news,press,journalism,headline,media|报纸,新闻,媒体,头条,报道
memo|table|.28|sheet of paper,note,essay,document,report,contract,exam,test,paper,homework|文章,文件,报告,合同,考试,作业,论文
pencil|table|.25|pencil,drawing|铅笔,素描
fountain_pen|table|.25|pen,ink,calligraphy|钢笔,书法,毛笔
scroll|table|.3|scroll,manuscript,ancient text|卷轴,古籍,手稿
laptop|table|.32|laptop,computer,software,website,internet,online,code,program,digital,coding,programming,computing,remote work|笔记本电脑,电脑,计算机,软件,网站,互联网,网络,数字,编程,代码,线上,远程办公
desktop_computer|table|.45|desktop computer,monitor,screen|台式电脑,屏幕,显示器
mobile_phone|table|.24|phone,smartphone,mobile,app,cell phone,social media,texting|手机,智能手机,应用,社交媒体
telephone|table|.22|telephone|电话
television|table|.5|television,tv|电视
radio|table|.3|radio,broadcast|收音机,广播
camera|table|.22|camera,photo,photograph,photography,photographer|相机,照片,摄影,摄影师
movie_camera|table|.4|film camera,film,movie,cinema,film-making,video,director|摄影机,电影,影片,视频,导演,影院
printer|table|.35|printer,printing|打印机,印刷
battery|table|.3|battery,charge,storage of energy|电池,充电
electric_plug|table|.2|plug,electricity,electric,power grid|插头,电,电力,电网
light_bulb|table|.3|light bulb,bulb,idea,innovation,invention,creativity,insight,inspiration,solution,inventor|灯泡,想法,创新,发明,创意,灵感,主意,创造力
candle|table|.25|candle|蜡烛
hourglass_not_done|table|.35|hourglass,patience|沙漏,耐心
alarm_clock|table|.26|alarm clock,clock,time,hour,minute,morning routine,deadline,schedule,punctual|闹钟,时钟,时间,小时,分钟,钟表,日程
watch|table|.22|watch|手表
calendar|table|.3|calendar,date,plan,planning,month,week|日历,日期,计划,规划,月份
coin|table|.24|coin,coins,currency,price,cost,penny,inflation,fee|硬币,货币,价格,成本,费用,通胀,通货膨胀
money_bag|table|.4|bag of money,money,wealth,cash,saving,savings,profit,income,budget,fund,salary,wage,tax,debt,rich|钱袋,钱,财富,资金,储蓄,利润,收入,预算,工资,税,债务,金钱,存钱
dollar_banknote|table|.22|banknote,dollar|钞票,纸币
credit_card|table|.2|credit card,payment|信用卡
treasure_chest|table|.5|treasure chest,treasure|宝藏,宝箱
gem_stone|table|.3|gem,diamond,jewel,jewellery|宝石,钻石,珠宝
ring|table|.2|wedding ring,engagement|戒指,订婚
crown|table|.3|crown,monarchy|王冠,君主
trophy|table|.45|trophy,prize,award,winner,victory,success,champion,achievement|奖杯,奖,胜利,成功,冠军,成就
sports_medal|table|.35|medal|奖牌
bullseye|table|.4|target,goal,strategy,accuracy,marketing|目标,策略,专注,战略,营销,靶心
balance_scale|table|.5|scales,balance,law,justice,fairness,equality,legal,ethics,rights,equity,fair|天平,平衡,法律,正义,公平,平等,伦理,权利,公正,道德
key|table|.25|key|钥匙
locked|table|.3|lock,privacy,security,password,encryption,secure,secret,private|锁,隐私,安全,密码,加密,保密,秘密
shield|table|.45|shield,defence,defense,insurance,immune,immunity|盾牌,防御,保险,免疫
magnifying_glass_tilted_left|table|.35|magnifying glass,investigation,detective,clue,discovery,evidence|放大镜,搜索,调查,侦探,发现,线索,证据
compass|table|.3|compass,navigation,direction,navigate|指南针,导航,方向
world_map|table|.4|map,geography,atlas|地图,地理
globe_showing_Asia-Australia|table|.6|globe,world,earth,global,planet earth,international,globalisation,globalization|地球仪,世界,地球,全球,国际,全球化
luggage|table|.6|suitcase,luggage,travel,tourism,vacation,holiday|行李箱,旅行,旅游,度假,假期
backpack|table|.45|backpack,schoolbag|背包,书包
briefcase|table|.4|briefcase,job,career,employment|公文包,工作,职业,就业,事业
graduation_cap|table|.35|graduation cap,graduation,education,degree,knowledge,academic,scholarship|毕业帽,教育,知识,学位,学术
microscope|table|.4|microscope,science,laboratory,lab,research|显微镜,科学,实验室,研究
test_tube|table|.3|test tube,chemistry,experiment|试管,化学,实验
petri_dish|table|.15|petri dish,bacteria,microbe,germ|培养皿,细菌,微生物
alembic|table|.35|flask,alembic,reaction|烧瓶,反应
dna|table|.45|DNA helix,dna,gene,genetic,genetics,genome,evolution,heredity,biology|DNA,基因,遗传,进化,生物
telescope|room|1.3|telescope,astronomy,astronomer,observe|望远镜,天文,天文学家,观测
microbe|symbol|.3|microbe,virus,disease,infection,pandemic,illness,epidemic,covid,flu|病毒,疾病,感染,疫情,流感,传染病
pill|table|.15|pill,medicine,drug,medication,tablet|药片,药,药物,药品,医药
syringe|table|.3|syringe,vaccine,vaccination,injection,needle|注射器,疫苗,接种,打针
stethoscope|table|.35|stethoscope,health,medical,healthcare,diagnosis|听诊器,健康,医疗,诊断,卫生
thermometer|table|.35|thermometer,fever|温度计,发烧
adhesive_bandage|table|.2|bandage,wound,injury|创可贴,伤口,受伤
brain|symbol|.4|brain,mind,memory,thinking,psychology,intelligence,neuroscience,mental,cognitive|大脑,记忆,思考,心理,思维,智力,头脑,神经,思想
anatomical_heart|symbol|.4|heart,heartbeat,cardiac|心脏,心跳
lungs|symbol|.4|lungs,lung,breath|肺,肺部
tooth|table|.3|tooth,teeth|牙齿,牙
eye|symbol|.3|eye,vision|眼睛,视力,视觉
red_heart|symbol|.4|red heart,love,romance,heart symbol,affection,passion|红心,爱,爱情,爱心,浪漫,热情,关爱
speech_balloon|symbol|.4|speech bubble,conversation,dialogue,communication,speech,language,discussion,debate,message|对话气泡,对话,交流,沟通,语言,演讲,谈话,消息
bell|table|.3|bell,notification|铃铛,通知
envelope|table|.2|letter,envelope,email,mail|信,信封,邮件,电子邮件,书信
package|table|.35|package,parcel,box,product,goods|包裹,盒子,产品,商品,箱子
wrapped_gift|table|.4|gift,present,birthday,surprise|礼物,生日,惊喜,礼品
party_popper|table|.3|party popper,party,celebration,celebrate,festival,new year|派对,庆祝,节日,新年,庆典
red_envelope|table|.25|red envelope,chinese new year,spring festival|红包,春节,过年
moon_cake|table|.12|mooncake,mid-autumn|月饼,中秋,中秋节
dumpling|table|.12|dumpling|饺子,包子
steaming_bowl|table|.2|noodles,ramen,soup,noodle|面条,拉面,汤,面
cooked_rice|table|.16|rice,meal|米饭,饭,大米
pot_of_food|table|.25|pot of food,stew,pot,hotpot,dinner,cooking,cuisine,food,recipe|炖菜,锅,火锅,晚餐,烹饪,美食,食物,做饭,菜谱,饮食
cooking|table|.2|fried egg,pan,frying pan,breakfast|煎蛋,平底锅,早餐
bread|table|.18|bread,loaf,bakery|面包,烘焙
croissant|table|.12|croissant|牛角包
baguette_bread|table|.3|baguette|法棍
cheese_wedge|table|.15|cheese|奶酪,芝士
green_salad|table|.16|salad,vegetable,vegetables,diet,nutrition,healthy food,vegetarian,vegan|沙拉,蔬菜,营养,膳食,素食
carrot|table|.25|carrot|胡萝卜
broccoli|table|.22|head of broccoli,broccoli|西兰花
tomato|table|.14|tomato|西红柿,番茄
potato|table|.12|potato|土豆
red_apple|table|.14|apple,fruit,orchard|苹果,水果,果园
tangerine|table|.14|orange,tangerine|橙子,橘子
lemon|table|.12|lemon|柠檬
banana|table|.18|banana|香蕉
grapes|table|.2|grapes,grape,vineyard|葡萄
watermelon|table|.2|watermelon|西瓜
strawberry|table|.14|strawberry|草莓
peach|table|.14|peach|桃子
pineapple|table|.35|pineapple|菠萝
cherries|table|.16|cherries,cherry|樱桃
hamburger|table|.16|hamburger,burger,fast food|汉堡,快餐
pizza|table|.2|pizza|披萨
sandwich|table|.14|sandwich|三明治
spaghetti|table|.16|pasta,spaghetti|意大利面
sushi|table|.12|sushi|寿司
soft_ice_cream|table|.22|ice cream|冰淇淋,雪糕
birthday_cake|table|.28|birthday cake,cake|生日蛋糕,蛋糕
cookie|table|.12|cookie,biscuit|饼干
chocolate_bar|table|.2|chocolate|巧克力
candy|table|.12|sweet,candy,sweets,sugar|糖果,糖
honey_pot|table|.25|honey|蜂蜜
egg|table|.1|egg|鸡蛋,蛋
glass_of_milk|table|.18|glass of milk,milk|牛奶
hot_beverage|table|.15|cup of coffee,coffee,hot drink,cafe,café,espresso,cappuccino|咖啡,热饮,咖啡馆,咖啡厅
teacup_without_handle|table|.12|cup of tea,tea,green tea,tea ceremony|茶杯,茶,绿茶,喝茶,茶叶
teapot|table|.2|teapot|茶壶
bubble_tea|table|.22|bubble tea|奶茶
wine_glass|table|.22|glass of wine,wine|葡萄酒,红酒
beer_mug|table|.2|mug of beer,beer|啤酒
droplet|symbol|.3|water drop,water,droplet,drinking water|水滴,水,水资源,饮用水
cup_with_straw|table|.2|cup of juice,juice,soda|果汁,饮料
fork_and_knife_with_plate|table|.28|plate with fork and knife,restaurant,lunch|餐厅,午餐,饭店
guitar|table|.95|guitar|吉他
violin|table|.6|violin,orchestra,symphony,concert,classical music|小提琴,交响乐,音乐会,管弦乐
own:piano|room|1.25|piano,keyboard|钢琴,琴键
trumpet|table|.4|trumpet,jazz|小号,爵士
saxophone|table|.7|saxophone|萨克斯
drum|table|.4|drum,rhythm|鼓,节奏
microphone|table|.35|microphone,song,voice,podcast|麦克风,歌曲,声音,播客,歌声
headphone|table|.3|headphones,headphone|耳机
musical_notes|symbol|.4|musical notes,music,melody,musical note,tune|音乐,旋律,音符,曲子
artist_palette|table|.35|palette,art,painting,colour,color|调色板,艺术,绘画,油画,颜色,色彩
framed_picture|table|.45|framed picture,picture,gallery,exhibition|画,画廊,展览
performing_arts|table|.4|pair of theatre masks,theatre mask,theatre,theater,drama,opera|戏剧面具,戏剧,剧院,话剧,歌剧,京剧
video_game|table|.25|video game,game,gaming,gamer|电子游戏,游戏,玩家
puzzle_piece|table|.35|puzzle,problem,problem-solving|拼图,问题,难题,解决
chess_pawn|table|.3|chess pawn|棋子,国际象棋,象棋,下棋
game_die|table|.25|die,dice,chance,luck,probability,risk,random,gamble|骰子,概率,运气,风险,随机
soccer_ball|table|.3|football,soccer,ball|足球,球
tennis|table|.2|tennis ball,tennis|网球
ping_pong|table|.3|table tennis bat,table tennis,ping-pong|乒乓球
badminton|table|.6|badminton racket,badminton|羽毛球
hammer|table|.35|hammer|锤子
wrench|table|.35|wrench|扳手
hammer_and_wrench|table|.4|hammer and wrench,tool,tools,craft,workshop|工具,工艺,手工
gear|symbol|.5|gear,machine,mechanism,machinery|齿轮,机器,机械
magnet|table|.3|magnet,magnetism|磁铁,磁力
scissors|table|.25|scissors|剪刀
thread|table|.2|reel of thread,thread,sewing,textile,fabric,tailor|线,缝纫,纺织,布料
yarn|table|.25|ball of yarn,yarn,wool,knitting|毛线,编织
dress|table|1|dress,fashion|连衣裙,时尚,裙子
t-shirt|table|.7|shirt,t-shirt,clothes,clothing|衬衫,衣服,服装
running_shoe|table|.25|shoe,shoes,sneaker|鞋子,运动鞋,鞋
glasses|table|.15|glasses|眼镜
umbrella_with_rain_drops|table|.9|umbrella|雨伞,伞
broom|table|1.2|broom|扫帚,打扫
soap|table|.15|bar of soap,soap,hygiene|肥皂,洗手
bucket|table|.35|bucket|水桶
wastebasket|outdoor|.5|waste bin,waste,trash,rubbish,garbage,litter,bin|垃圾桶,垃圾,废物,废弃物
recycling_symbol|symbol|.5|recycling symbol,recycling,recycle,circular economy,sustainability,reuse,sustainable|回收,循环,可持续,循环经济,再利用
chart_increasing|symbol|.5|rising chart,trend,stock market,stock,stocks|趋势,股市,股票
own:bars|table|.6|chart,statistics,graph,data,economy,economics,economic,gdp|图表,统计,数据,经济,市场,分析,经济学,数字
own:network|symbol|.9|network of nodes,network,connection,neural network,algorithm,artificial intelligence,ai,machine learning,deep learning,blockchain,node,model|节点网络,神经网络,算法,人工智能,机器学习,区块链,模型,大模型
own:server|room|1.7|server,data centre,data center,cloud computing,database,hardware,chip|服务器,数据中心,云计算,数据库,硬件,芯片
megaphone|table|.35|megaphone,advertising,advertisement,announce,promotion,campaign,propaganda|扩音器,广告,宣传,推广
ballot_box_with_ballot|table|.5|ballot box,vote,voting,election|投票箱,投票,选举
handshake|symbol|.3|handshake,agreement,cooperation,partnership,trust,deal,negotiation,collaborate,collaboration,peace talks,teamwork,promise|握手,协议,合作,信任,伙伴,谈判,协作,交易,承诺,团队合作
linked_paperclips|table|.15|paperclip|回形针
file_cabinet|room|1.3|file cabinet,archive,record,bureaucracy|档案,档案柜,记录
toolbox|table|.35|toolbox|工具箱
bomb|symbol|.4|bomb,explosion|炸弹,爆炸
crossed_swords|symbol|.7|sword,war,battle,conflict,fight|剑,战争,战斗,冲突,打仗
bed|room|.9|bed,bedroom|床,卧室
person_in_bed|room|.9|person asleep in bed,sleeper,sleep,sleeping,dream,rest,nap,insomnia,asleep|睡觉的人,睡眠,睡觉,梦,休息,失眠,入睡,做梦
couch_and_lamp|room|1.6|couch,sofa,living room,armchair|沙发,客厅,扶手椅
chair|room|.95|chair,seat|椅子,座位
door|room|2.1|door,opportunity|门,机会
bathtub|room|.8|bathtub,bath|浴缸,洗澡
toilet|room|.8|toilet|厕所,马桶
own:plantpot|room|.9|potted plant,houseplant|盆栽,绿植
own:shelf|room|2.1|bookshelf,bookcase,shelf|书架,书柜
own:desk|room|.8|desk,table|书桌,桌子
own:floor_lamp|room|1.6|floor lamp|落地灯
own:lamp_table|table|.45|table lamp,desk lamp,lamp|台灯
own:olive|table|.3|olive branch,olive|橄榄枝
own:clock|table|.4|wall clock|挂钟
film_frames|table|.3|film strip|胶片
own:board|room|1.6|blackboard,chalkboard,whiteboard,equation,formula,maths,mathematics,math,algebra,geometry|黑板,白板,公式,数学,方程,代数,几何
abacus|table|.4|abacus,calculate,arithmetic,accounting|算盘,计算,会计,算术
volcano|building|15|volcano|火山
own:glacier|building|12|glacier|冰川
own:iceberg|boat|5|iceberg|冰山
own:quake|building|6|cracked house in an earthquake|地震中开裂的房屋
own:wreck|sea|3|shipwreck|沉船
own:diver|sea|1.3|diver|潜水员
own:lander|outdoor|3.2|lunar lander|登月舱
own:charger|outdoor|1.7|charging post|充电桩
own:wall|building|8|great wall|长城
own:falling|table|.6|falling chart|下跌的图表
own:atom|symbol|.5|atom|原子
own:chip|table|.4|computer chip|芯片
own:plates|table|.5|model of tectonic plates|板块模型
own:press|table|.6|printing press|印刷机
own:inkbrush|table|.35|writing brush with ink|毛笔和砚台
own:silk|table|.4|bolts of silk|丝绸
own:needles|table|.25|acupuncture needles|针灸针
own:eyechart|table|.6|eye chart|视力表
own:piggy|table|.35|money box|存钱罐
own:chessboard|table|.3|chess board|棋盘
own:vase|table|.5|vase with twigs|插着枝条的花瓶
own:cloth|table|.2|folded cloths|叠好的布
own:bottle|table|.4|plastic bottle|塑料瓶
own:coffeebeans|table|.2|coffee beans|咖啡豆
own:dates|table|.15|plate of dates|一盘椰枣
ringed_planet|symbol|.6|planet with rings|带环的行星
bouquet|table|.4|bouquet,bunch of flowers|花束
firecracker|table|.3|firecracker|鞭炮
red_paper_lantern|table|.5|red lantern|红灯笼
diya_lamp|table|.2|oil lamp|油灯
prayer_beads|table|.2|prayer beads|念珠
baby_bottle|table|.25|baby bottle|奶瓶
bone|table|.4|bone|骨头
cricket_game|table|.5|cricket bat and ball|板球拍和球
herb|table|.4|sprig of leaves|枝叶
white_flower|flower|.4|white flower|白花
toothbrush|table|.25|toothbrush|牙刷
sponge|table|.15|sponge|海绵
chopsticks|table|.25|chopsticks|筷子
butter|table|.12|butter|黄油
rescue_worker’s_helmet|table|.35|helmet|头盔
fire_extinguisher|table|.5|fire extinguisher|灭火器
axe|table|.5|axe|斧头
clipboard|table|.3|clipboard|夹板
amphora|table|.5|amphora,jar|双耳瓶
sparkles|symbol|.3|sparkle,magic,wonder|魔法,奇迹
high_voltage|symbol|.4|lightning bolt,energy,power,voltage|闪电,能源,能量,功率
rainbow|symbol|3|rainbow|彩虹
"""


@cache
def all_things() -> dict[str, Thing]:
    """Every thing by its drawing's name."""
    things: dict[str, Thing] = {}
    for line in (_PEOPLE + _CREATURES + _OUTSIDE + _SMALL).splitlines():
        fields = line.split("|")
        if len(fields) != 5 or not fields[3]:
            continue
        name, habitat, height, english, chinese = fields
        things[name] = Thing(name, habitat, float(height), tuple(english.split(",")), tuple(chinese.split(",")))
    return things


@cache
def english_words() -> dict[str, str]:
    """English word or phrase (lower case) -> drawing name; the first line that claims a word keeps it."""
    return _index(lambda thing: thing.english)


@cache
def chinese_words() -> dict[str, str]:
    """Chinese word -> drawing name."""
    return _index(lambda thing: thing.chinese)


def _index(words_of: Callable[[Thing], tuple[str, ...]]) -> dict[str, str]:
    table: dict[str, str] = {}
    for thing in all_things().values():
        for word in words_of(thing):
            table.setdefault(word.lower(), thing.name)
    return table
