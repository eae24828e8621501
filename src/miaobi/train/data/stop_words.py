"""Words that say little about a text, left out of the list of frequent words. They stay in the text itself.

The source: the closed word classes of each language, listed by us. English: articles, pronouns, determiners,
prepositions, conjunctions, auxiliaries, particles, with their contractions and the old forms that verse has. Chinese:
pronouns, measure and number words of one character, prepositions, conjunctions, particles, auxiliaries and the usual
adverbs of degree and time, in simplified and traditional characters, with those of classical texts.
"""

from __future__ import annotations

from typing import Final

_ENGLISH: Final = (
    "a an the o oh i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his "
    "himself she her hers herself it its itself they them their theirs themselves one ones someone anyone "
    "everyone something anything nothing everything who whom whose which what that this these those thou thee "
    "thy thine thyself ye all any both each either every few many more most much neither no none other others "
    "another several some such own about above across after against along among around as at before behind "
    "below beneath beside between beyond by down during except for from in inside into like near of off on "
    "onto out outside over past since through throughout till to toward towards under until unto up upon via "
    "with within without and but or nor so yet if because although though unless while whereas whether than "
    "when where why how am is are was were be been being art wast wert have has had having hast hath hadst do "
    "does did doing done dost doth didst can could may might must shall should will would shalt wilt wouldst "
    "shouldst canst not n't only very too also just even ever never now then there here thus hence still "
    "again once almost quite rather i'm i've i'll i'd you're you've you'll you'd he's he'll he'd she's she'll "
    "she'd it's it'll we're we've we'll we'd they're they've they'll they'd that's that'll there's here's "
    "who's what's let's don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't isn't aren't "
    "wasn't weren't haven't hasn't hadn't 'tis 'twas tis twas o'er e'en ne'er"
)
_CHINESE: Final = (
    "我 你 您 他 她 它 们 們 我们 我們 你们 你們 他们 他們 她们 她們 它们 它們 咱 咱们 咱們 自己 自 己 谁 誰 "
    "什么 什麼 怎么 怎麼 哪 哪里 哪裡 这 這 那 这个 這個 那个 那個 这些 這些 那些 这里 這裡 那里 那裡 这样 "
    "這樣 那样 那樣 此 其 彼 之 者 所 某 各 每 一 二 三 四 五 六 七 八 九 十 百 千 万 萬 两 兩 几 幾 个 個 些 "
    "只 隻 种 種 一个 一個 一些 一种 一種 的 地 得 了 着 著 过 過 吗 嗎 呢 吧 啊 呀 啦 嘛 哦 么 麼 兮 矣 焉 "
    "哉 乎 耳 在 从 從 到 至 向 往 对 對 对于 對於 于 於 以 为 為 为了 為了 把 被 将 將 让 讓 给 給 跟 和 与 "
    "與 同 比 由 按 按照 根据 根據 关于 關於 及 以及 或 或者 还是 還是 但 但是 而 而且 并 並 并且 並且 因 "
    "因为 因為 所以 因此 如果 若 虽 雖 虽然 雖然 然而 不过 不過 即 则 則 且 是 不是 有 没 沒 没有 沒有 会 會 "
    "能 可 可以 要 想 应 應 应该 應該 必须 必須 来 來 去 上 下 里 裡 中 内 內 外 前 后 後 时 時 不 也 都 就 "
    "才 又 再 还 還 很 太 更 最 非常 已 已经 已經 正在 曾 未 无 無 莫 勿 亦 皆 乃 便 却 卻 仍 只是 就是 这么 "
    "這麼 那么 那麼"
)
STOP_WORDS: Final = frozenset(_ENGLISH.split()) | frozenset(_CHINESE.split())
