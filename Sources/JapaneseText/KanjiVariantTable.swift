/// The classes of kanji that stand for one another in names and addresses and that every department's system can hold, so
/// that both forms may be typed and each class had to be judged by a person.
///
/// One word is one class, its first kanji the one the others are folded to (the 常用漢字 or the JIS form most systems can
/// hold). Compiled for renkei from the pairs of old and new forms that school teaches (常用漢字表, the 康熙字典体 in its
/// brackets; 人名用漢字表), from the printing forms of JIS X 0208, and from pairs of the family register's notices that are
/// found in surnames. `RegisterVariantTable` adds what only a register can hold.
/// A class is joined only where one person's name is known to be written both ways by different departments:
/// - 斎 and 斉 are different kanji (斎藤 and 斉藤 are different families) and stay apart; each has its own old form.
/// - 凛 and 凜, 昌 and 晶, 岩 and 巌, 庄 and 荘, 阪 and 坂, 埼 and 崎, 碕 and 崎, 園 and 薗, 涌 and 湧, 暎 and 映, 杰 and 傑,
///   糺 and 糾, 籐 and 藤 stay apart: parents and families choose between them.
/// - 龍 and 竜, 冨 and 富, 峯 and 峰, 嶽 and 岳, 桧 and 檜 are folded: different to their bearers, but clerks and systems
///   replace one by the other, and the reading and the birth date still have to agree. The written form is kept for
///   people to see.
enum KanjiVariantTable {
    static let classes: [Substring] = [surnames, oldForms, vulgarForms, registerForms].flatMap {
        $0.split(whereSeparator: \.isWhitespace)
    }

    /// Kanji of surnames and places.
    private static let surnames = """
        高髙 崎﨑嵜㟢 辺邊邉边 斎齋 斉齊 広廣 沢澤 浜濱濵滨 島嶋嶌㠀陦 徳德惪悳 柳栁桺 瀬瀨 真眞 館舘 槙槇
        吉𠮷 富冨 国國圀囯 桜櫻 竜龍 渕淵渊 橋槗𣘺 土圡𡈽 曽曾 桑桒 松枩柗 峰峯 岳嶽 檜桧 滝瀧 関關
        芦蘆 壷壺 栃杤 柏栢 船舩 薮藪籔 塩鹽 角⻆ 黒黑 亀龜龟 鶴靏靎靍寉 鴬鶯 鴎鷗 蓑簑 秋秌穐龝 昇曻 糸絲
        廻廽 帯帶 条條 舎舍 郷鄕鄉 隣鄰 満滿 来來 弥彌 祢禰袮 戸戶 青靑 清淸 増增 黄黃 横橫 宮宫 静靜 彦彥
        歩步 緑綠 教敎 研硏 顔顏 粛肅 鋭銳 脱脫 説說
        """

    /// 旧字体 of 常用漢字 and 人名用漢字.
    private static let oldForms = """
        亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 稲稻 隠隱 栄榮 営營 衛衞 駅驛 円圓 縁緣 艶艷 応應 欧歐 奥奧
        殴毆 温溫 穏穩 仮假 価價 会會 絵繪 壊壞 懐懷 概槪 拡擴 覚覺 学學斈 楽樂 巻卷 寛寬 陥陷 歓歡 観觀
        巌巖 気氣 既旣 帰歸皈 器噐 偽僞 戯戲 犠犧 旧舊 拠據 挙擧舉 峡峽 挟挾 狭狹 尭堯 暁曉 勲勛勳 薫薰 径徑
        茎莖 恵惠 渓溪谿 経經 蛍螢 軽輕 継繼 鶏鷄雞 芸藝 撃擊 県縣 倹儉 剣劍劒劔剱釼 険險 圏圈 検檢 献獻
        権權 顕顯 験驗 厳嚴 効效 恒恆 鉱鑛砿 号號 砕碎 済濟 歳歲 剤劑 雑雜 参參 桟棧 蚕蠶 惨慘 賛贊 残殘
        歯齒 児兒 辞辭 湿濕 実實 写寫冩 釈釋 寿壽 収收 従從 渋澁澀 獣獸 縦縱 粧妝 処處 叙敍敘 将將 称稱 焼燒
        奨奬獎 証證 乗乘 剰剩 壌壤 嬢孃 譲讓 浄淨 畳疊疂疉 嘱囑 触觸 晋晉 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨
        髄髓 枢樞 数數 声聲 窃竊 摂攝 専專 浅淺 戦戰 践踐 銭錢 潜潛濳 繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜
        挿插 巣巢 装裝 総總 蔵藏 臓臟 属屬 続續 堕墮 対對 体體躰軆 台臺 択擇 担擔 単單 団團 断斷 弾彈 遅遲
        痴癡 虫蟲 昼晝 鋳鑄 聴聽 鎮鎭 逓遞 鉄鐵銕鐡 転轉 点點 伝傳 当當 党黨 盗盜 灯燈 闘鬪 独獨 読讀 届屆
        弐貳 悩惱 脳腦 覇霸 拝拜 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕 姫姬 払拂 仏佛 並竝 変變 弁辨辯瓣辧
        宝寶寳 豊豐 褒襃 毎每 万萬 黙默 薬藥 訳譯 与與 予豫 誉譽 余餘 揺搖 様樣 謡謠 遥遙 瑶瑤 頼賴 乱亂
        覧覽 略畧 涙淚泪 塁壘 礼禮 励勵 霊靈 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 楼樓 録錄 禄祿 亘亙 湾灣
        晩晚 徴徵 況况 涼凉 氷冰 床牀 状狀 没沒 即卽 郎郞 荊荆 衆眾
        """

    /// 俗字, 略字 and other everyday doubles.
    private static let vulgarForms = """
        庵菴 頬頰 麹麴 桝枡 砺礪 蛎蠣 諌諫 讃讚 醤醬 鯵鰺 鹸鹼 麺麵 梼檮 涛濤 祷禱 穣穰 竃竈 籠篭 莱萊
        蒋蔣 蝉蟬 蝋蠟 迩邇 鈎鉤 靭靱 駆驅駈 騨驒 撹攪 掻搔 填塡 剥剝 叱𠮟 噛嚙 屏屛 嘘噓 侠俠 倶俱 繋繫
        焔焰 萌萠 躯軀 煕熙凞 皐皋 翠翆 蘂蕊蕋 聡聰 曄曅 侭儘 内內 呉吳 娯娛 冊册 寝寢 尚尙 強强 昂昻 産產
        税稅 緒緖 虚虛 閲閱 飲飮 告吿 兎兔 群羣 痩瘦 珍珎 沖冲 準凖 宜冝 減减 縄繩 蝿蠅 協恊 喜㐂 梨棃
        卯夘 留畱畄 舗舖 餅餠 庁廳廰 厨廚 厩廐廏 闊濶 猫貓 画畫畵 蓋盖 筍笋 胆膽 脈脉 腸膓 苺莓 茲玆 虎乕
        解觧 輌輛 廼迺 達逹 陰隂 穎頴 顛顚 翻飜 騒騷 鵝鵞 場塲 垂埀 多夛 妍姸 姉姊 寧寕 往徃 柿柹 毘毗
        悦悅 呂吕 奇竒 潔㓗 年秊 彝彜 箪簞 繍繡
        """

    /// Pairs of the family register's notices, both in JIS X 0208, that surnames, given names or places have.
    private static let registerForms = """
        野埜 岡崗堽 峨峩 村邨 雁鴈 泉湶 澄澂 篠筱 轟軣 釜釡 鑑鑒 区區 両兩 勧勸 廃廢 却卻 棋棊 煙烟 町甼 畝畆 耕畊
        界畍 鼓皷 砧碪 稿稾 窓窗 競竸 線綫 綿緜 欠缺 婿聟壻 蕩蘯 疎踈 粘黏 竪豎 函凾 刃刄 決决 夢梦 櫨枦
        狸貍 曵曳 鼠鼡 閏閠 萱萓 梅楳 纏纒 隷隸 韻韵 醸釀 猟獵 滞滯 稚穉 殻殼 缶罐 碍礙 呪咒 勅敕 善譱 貭質
        """
}
