package import Domain
package import Policy

extension Guideline {
    /// Titles for people; what is not known keeps its id.
    package func title(_ role: RoleID) -> String {
        guard let role = roles[role] else { return role.rawValue }
        return role.scope == .city ? role.title : "\(role.title)（\(role.scope.title)の範囲）"
    }
    package func title(_ purpose: PurposeID) -> String { purposes[purpose]?.title ?? purpose.rawValue }
    package func title(_ item: ItemCode) -> String {
        catalogue[item].map { "\(item) \($0.title)" } ?? item.rawValue
    }
}

extension Action {
    /// For people, as `Guidelines/README.md` says it.
    package var title: String {
        switch self {
        case .collect: "取り込む"
        case .join: "合わせる"
        case .flag: "判定に使う"
        case .list: "一覧で見る"
        case .read: "一人を見る"
        case .aggregate: "人数で見る"
        case .record: "ケースに記録する"
        case .review: "本人確認情報を見比べる"
        case .explain: "経緯をたどる"
        case .audit: "閲覧の記録を見る"
        case .operate: "夜間処理を動かす"
        case .mend: "取り込めない行を直す"
        case .register: "同意や利用停止を記録する"
        case .disclose: "本人に開示する"
        case .discloseToGuardian: "法定代理人に開示する"
        case .discloseToAgent: "任意代理人に開示する"
        case .rectify: "訂正する"
        case .propose: "決まりの案を出す"
        case .approve: "決まりを承認する"
        case .export: "一覧を書き出す"
        }
    }
}

extension Obligation {
    /// For people.
    package var title: String {
        switch self {
        case .maskAddress: "住所を伏せる"
        case .maskPhone: "電話を伏せる"
        case .maskGuardians: "保護者を伏せる"
        case .maskSchool: "学校を伏せる"
        case .generaliseBirth: "生年月日は年月まで"
        case .generaliseAddress: "住所は町名まで"
        case .band: "値は幅で"
        case .suppressSmallCounts: "少ない人数を伏せる"
        case .reason: "理由を書く"
        case .secondPerson: "2人で開く"
        }
    }
}

extension [Obligation] {
    /// `住所を伏せる・理由を書く`; empty where there is none.
    package var titles: String { map(\.title).joined(separator: "・") }
}
