"""What English abbreviations, units, currencies and signs are called."""

# ruff: noqa: E501 - tables read better packed

from __future__ import annotations

MONTHS = ("January February March April May June July August September October November December").split()
MONTH_NUMBER = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}

TITLES = {
    "Dr": "Doctor", "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Prof": "Professor", "Gov": "Governor",
    "Sen": "Senator", "Rep": "Representative", "Gen": "General", "Col": "Colonel", "Capt": "Captain", "Lt": "Lieutenant",
    "Sgt": "Sergeant", "Rev": "Reverend", "Hon": "Honorable", "Pres": "President", "Mt": "Mount",
}  # fmt: skip
"""Before a capital letter, with or without a full stop."""

ABBREVIATIONS = {
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "vs": "versus", "approx.": "approximately",
    "et al.": "and others", "cf.": "compare", "Inc.": "Incorporated", "Ltd.": "Limited", "Co.": "Company",
    "Corp.": "Corporation", "Jr.": "Junior", "Sr.": "Senior", "Dept.": "Department", "Univ.": "University",
    "est.": "established", "min.": "minutes", "hr.": "hour", "hrs.": "hours", "Ave.": "Avenue", "Blvd.": "Boulevard",
    "Mon.": "Monday", "Tue.": "Tuesday", "Tues.": "Tuesday",
    "Wed.": "Wednesday", "Thu.": "Thursday", "Thurs.": "Thursday", "Fri.": "Friday", "Rd.": "Road", "a.k.a.": "also known as", "w/o": "without", "w/": "with",
}  # fmt: skip

BEFORE_NUMBER = {"no": "number", "nos": "numbers", "fig": "figure", "figs": "figures", "p": "page", "pp": "pages",
                 "vol": "volume", "ch": "chapter", "sec": "section", "ver": "version", "v": "version"}  # fmt: skip
"""An abbreviation with a full stop (version also without) right before a number."""

CURRENCIES = {
    "US$": ("dollar", "dollars", "cent", "cents"), "$": ("dollar", "dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"), "£": ("pound", "pounds", "penny", "pence"),
    "CN¥": ("yuan", "yuan", "fen", "fen"), "¥": ("yuan", "yuan", "fen", "fen"), "￥": ("yuan", "yuan", "fen", "fen"),
    "JP¥": ("yen", "yen", "", ""), "₹": ("rupee", "rupees", "paisa", "paise"), "₩": ("won", "won", "", ""),
    "USD": ("dollar", "dollars", "cent", "cents"), "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"), "RMB": ("yuan", "yuan", "fen", "fen"),
    "CNY": ("yuan", "yuan", "fen", "fen"), "JPY": ("yen", "yen", "", ""),
}  # fmt: skip

MAGNITUDES = {"k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "b": "billion",
              "B": "billion", "bn": "billion", "T": "trillion", "tn": "trillion"}  # fmt: skip
"""Right after an amount of money: $5.2M."""

UNITS = {
    "km²": ("square kilometer", "square kilometers"), "km2": ("square kilometer", "square kilometers"),
    "m²": ("square meter", "square meters"), "m2": ("square meter", "square meters"),
    "m³": ("cubic meter", "cubic meters"), "m3": ("cubic meter", "cubic meters"),
    "cm²": ("square centimeter", "square centimeters"), "cm³": ("cubic centimeter", "cubic centimeters"),
    "km/h": ("kilometer per hour", "kilometers per hour"), "kph": ("kilometer per hour", "kilometers per hour"),
    "mph": ("mile per hour", "miles per hour"), "m/s²": ("meter per second squared", "meters per second squared"),
    "m/s": ("meter per second", "meters per second"), "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"), "MB/s": ("megabyte per second", "megabytes per second"),
    "km": ("kilometer", "kilometers"), "cm": ("centimeter", "centimeters"), "mm": ("millimeter", "millimeters"),
    "nm": ("nanometer", "nanometers"), "μm": ("micrometer", "micrometers"), "µm": ("micrometer", "micrometers"),
    "m": ("meter", "meters"), "ft": ("foot", "feet"), "mi": ("mile", "miles"), "yd": ("yard", "yards"),
    "kg": ("kilogram", "kilograms"), "mg": ("milligram", "milligrams"), "μg": ("microgram", "micrograms"),
    "g": ("gram", "grams"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"),
    "t": ("ton", "tons"), "ml": ("milliliter", "milliliters"), "mL": ("milliliter", "milliliters"),
    "L": ("liter", "liters"), "l": ("liter", "liters"), "ha": ("hectare", "hectares"),
    "°C": ("degree Celsius", "degrees Celsius"), "℃": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "℉": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"), "KB": ("kilobyte", "kilobytes"), "kB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"),
    "PB": ("petabyte", "petabytes"), "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"), "Hz": ("hertz", "hertz"), "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"), "GW": ("gigawatt", "gigawatts"), "kWh": ("kilowatt hour", "kilowatt hours"),
    "MWh": ("megawatt hour", "megawatt hours"), "GWh": ("gigawatt hour", "gigawatt hours"), "W": ("watt", "watts"),
    "V": ("volt", "volts"), "mAh": ("milliamp hour", "milliamp hours"), "kJ": ("kilojoule", "kilojoules"),
    "kcal": ("kilocalorie", "kilocalories"), "cal": ("calorie", "calories"), "dB": ("decibel", "decibels"),
    "ms": ("millisecond", "milliseconds"), "min": ("minute", "minutes"), "mins": ("minute", "minutes"),
    "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "sec": ("second", "seconds"),
    "s": ("second", "seconds"), "px": ("pixel", "pixels"), "ppm": ("part per million", "parts per million"),
    "rpm": ("revolution per minute", "revolutions per minute"), "fps": ("frame per second", "frames per second"),
}  # fmt: skip

SIGNS = {
    "&": " and ", "+": " plus ", "=": " equals ", "×": " times ", "÷": " divided by ", "±": " plus or minus ",
    "≈": " is about ", "≠": " does not equal ", "≤": " is at most ", "≥": " is at least ", "<": " is less than ",
    ">": " is greater than ", "%": " percent", "@": " at ", "©": " copyright ", "™": "", "®": "", "→": " to ",
    "°": " degrees", "√": " the square root of ", "π": " pi ", "€": " euros", "£": " pounds", "$": " dollars",
    "¥": " yuan", "|": ", ", "_": " ", "*": " ", "~": " about ", "`": "", "^": " to the power of ", "\\": " ", "#": " ",
    "{": " ", "}": " ", "[": ", ", "]": ", ", "(": ", ", ")": ", ", "•": " ", "§": " section ",
}  # fmt: skip

VULGAR_FRACTIONS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8", "⅜": "3/8",
                    "⅝": "5/8", "⅞": "7/8"}  # fmt: skip

SAID_AS_WORDS = frozenset(
    "NASA NATO UNESCO UNICEF AIDS LASER RAM ROM PIN SIM COVID OPEC FIFA GIF SWAT PISA SARS ASEAN JPEG OK CAPTCHA RADAR "
    "SCUBA SONAR IKEA LEGO NAFTA DRAM NASDAQ WASP YOLO FOMO BRICS LAN WAN CRISPR MIDI ISIS UEFA NAND RAID ESOL "
    "CAD VAT ZIP BIOS SOHO DOS".split()
)
"""Capital letters that are read as a word."""

ORDINARY_WORDS = frozenset(
    "A I AN AM AS AT BE BY DO GO HE IF IN IS ME MY NO OF ON OR OUR SO TO UP WE THE AND NOT ALL NEW BIG TOP END NOW OUT HOW "
    "WHY YOU ARE BUY WIN OFF ANY BUT CAN DAY DID FOR FUN GET HAD HAS HER HIM HIS HOT ITS LET MAN MAY OLD ONE OWN PUT SAY "
    "SEE SET SHE TRY TWO USE WAS WAY YES YET BAD BOX CAR CUT EAT FAR FEW ART".split()
)
"""Short words that may be written in capitals for emphasis; any other word of up to three capitals is spelled."""

SPELLED_OUT = frozenset(
    "ASAP IEEE UCLA OECD ACLU AARP IUCN USDA USAF IOU IOS EULA FAQS AIGC MOOC ISBN IMAX UNEP UNDP UNHCR".split()
)
"""Initialisms of more than three letters that have vowels and are spelled all the same."""

COUNTED_IN_ROMAN = (
    "War Chapter Part Act Volume Book Phase Type Section Scene Stage Level Appendix Title Bowl Fantasy Episode Season "
    "Article Table Figure Class Grade Round Rocky Mark Division Group Unit Lesson Apollo"
).split()

REGNAL_NAMES = (
    "Henry Louis Elizabeth Charles George Edward James Richard William Napoleon Ramses Catherine Peter Frederick Philip "
    "Pius Benedict Paul Leo Otto Alexander Nicholas Ivan Gregory Clement Innocent Urban Francis Ferdinand Ptolemy "
    "Leopold Albert Mary Harald Christian Gustav Darius Xerxes"
).split()

YEAR_CUES = frozenset(
    "in since by from until till before after around circa early late mid during year summer winter spring autumn fall "
    "of and to between".split()
)
"""A four-digit number from 1000 to 2099 after one of these is a year."""

ADDRESS_SIGNS = {"@": "at", ".": "dot", "/": "slash", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals",
                 "&": "and", "#": "hash", ":": "colon", "%": "percent", "+": "plus"}  # fmt: skip
