/// Names of foreign residents: Latin as on the residence card, and the katakana people use.
struct Nation {
    let name: String
    let families: [NamePart]
    let men: [NamePart]
    let women: [NamePart]

    /// Each list as `LATIN=カタカナ/…`; `_` stands for a space.
    private init(_ name: String, families: String, men: String, women: String) {
        self.name = name
        self.families = Nation.parts(families)
        self.men = Nation.parts(men)
        self.women = Nation.parts(women)
    }

    private static func parts(_ list: String) -> [NamePart] {
        list.split(separator: "/").map { entry in
            let pair = entry.split(separator: "=").map { $0.map { $0 == "_" ? " " : $0 } }.map { String($0) }
            return NamePart(written: pair[0], kana: pair[1])
        }
    }

    static let all = [
        Nation(
            "ベトナム", families: "NGUYEN=グエン/TRAN=チャン/LE=レ/PHAM=ファム/HOANG=ホアン/VU=ヴー/DANG=ダン/BUI=ブイ",
            men:
                "VAN_NAM=ヴァン ナム/QUOC_BAO=クオック バオ/MINH_DUC=ミン ドゥック/GIA_HUY=ザー フイ/TUAN_ANH=トゥアン アイン/HAI_DANG=ハイ ダン",
            women:
                "THI_LAN=ティ ラン/MINH_ANH=ミン アイン/THU_HA=トゥー ハー/BAO_NGOC=バオ ゴック/THI_HOA=ティ ホア/KHANH_LINH=カイン リン"
        ),
        Nation(
            "中国", families: "WANG=ワン/LI=リー/ZHANG=ジャン/CHEN=チェン/LIU=リウ/YANG=ヤン/ZHAO=ジャオ/LIN=リン",
            men: "HAOYU=ハオユー/ZIXUAN=ズーシュエン/YICHEN=イーチェン/JUNJIE=ジュンジエ/WEI=ウェイ/TIANYU=ティエンユー",
            women: "ZIHAN=ズーハン/XINYI=シンイー/YUTONG=ユートン/SIYU=スーユー/MEILIN=メイリン/JIAYI=ジアイー"
        ),
        Nation(
            "ブラジル", families: "SILVA=シルバ/SANTOS=サントス/OLIVEIRA=オリベイラ/SOUZA=ソウザ/PEREIRA=ペレイラ/COSTA=コスタ",
            men:
                "LUCAS=ルーカス/GABRIEL=ガブリエル/PEDRO_HENRIQUE=ペドロ エンリケ/MATEUS=マテウス/RAFAEL=ラファエル/DAVI=ダビ",
            women:
                "MARIA_EDUARDA=マリア エドゥアルダ/JULIA=ジュリア/ANA_CLARA=アナ クララ/BEATRIZ=ベアトリス/LAURA=ラウラ/ALICE=アリセ"
        ),
        Nation(
            "フィリピン", families: "DELA_CRUZ=デラ クルス/REYES=レイエス/GARCIA=ガルシア/MENDOZA=メンドーサ/RAMOS=ラモス/CASTRO=カストロ",
            men: "JOSHUA=ジョシュア/ANGELO=アンジェロ/MARK_ANTHONY=マーク アンソニー/JAYDEN=ジェイデン/CARLO=カルロ",
            women: "ANGEL_MAE=エンジェル メイ/PRINCESS=プリンセス/MARY_JOY=メアリー ジョイ/SOFIA=ソフィア/ANDREA=アンドレア"
        ),
        Nation(
            "ネパール", families: "GURUNG=グルン/SHRESTHA=シュレスタ/TAMANG=タマン/RAI=ライ/THAPA=タパ/MAGAR=マガル",
            men: "AARAV=アーラブ/SUJAN=スジャン/BIBEK=ビベク/ROHAN=ロハン/PRABIN=プラビン",
            women: "SITA=シタ/ASMITA=アスミタ/SAANVI=サーンビ/PRATIKSHA=プラティクシャ/ANJALI=アンジャリ"
        ),
        Nation(
            "韓国", families: "KIM=キム/LEE=イ/PARK=パク/CHOI=チェ/JUNG=チョン/KANG=カン",
            men: "MINJUN=ミンジュン/SEOJUN=ソジュン/DOYUN=ドユン/JIHO=ジホ/HAJUN=ハジュン",
            women: "SEOYEON=ソヨン/JIWOO=ジウ/HAYOON=ハユン/MINSEO=ミンソ/JIYU=ジユ"
        ),
    ]
}
