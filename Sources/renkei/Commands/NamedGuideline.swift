import Domain
import Foundation
import Nightly
import Policy
import Store

/// The guideline a command speaks of: the one in force, the folder's, or one that was kept.
struct NamedGuideline {
    /// For people.
    let title: String
    let guideline: Guideline

    static let option = Option(
        "guideline", "NAME", "どの決まりか。in-force（効いているもの）、folder（Guidelines フォルダ）、案や前の版の番号")

    enum Usual: String { case inForce = "in-force", folder }

    /// - Parameter usual: where `--guideline` is not given; outside a workspace always the shipped folder.
    static func load(_ arguments: ParsedArguments, usual: Usual) throws -> NamedGuideline {
        guard let opened = try workspace(arguments) else {
            let files = try GuidelineFiles(folder: Workspace(root: Templates.folder(nil)).guidelines)
            return NamedGuideline(title: "もとになる決まり", guideline: try files.guideline())
        }
        return try load(arguments.values["guideline"] ?? usual.rawValue, opened)
    }

    /// The one that is named, or where the command is run; `nil`: none.
    static func workspace(_ arguments: ParsedArguments) throws(Fault) -> Workspace? {
        if let root = arguments.values["workspace"] { return try Workspace.open(root) }
        return try? Workspace.open(".")
    }

    static func load(_ name: String, _ workspace: Workspace) throws -> NamedGuideline {
        switch Usual(rawValue: name) {
        case .inForce:
            let inForce = try GuidelineInForce.orFolder(workspace, workspace.openService())
            return NamedGuideline(
                title: inForce.isInForce ? "効いている決まり" : "Guidelines フォルダの決まり（まだ効いていません）",
                guideline: inForce.guideline)
        case .folder:
            let files = try GuidelineFiles(folder: workspace.guidelines)
            return NamedGuideline(title: "Guidelines フォルダの決まり", guideline: try files.guideline())
        case nil:
            guard let kept = try workspace.openService().guideline(beginning: name),
                let guideline = kept.guideline(comparing: false)
            else {
                throw Fault(
                    .notFound, code: "policy.unknown", message: "版 \(name) の決まりはありません。",
                    fix: "in-force か folder と書くか、「renkei policy check」に出る番号を書いてください。")
            }
            return NamedGuideline(title: "版 \(guideline.revision.prefix(12)) の決まり", guideline: guideline)
        }
    }
}

extension Guideline {
    /// Titles for people; what is not known keeps its id.
    func title(_ role: RoleID) -> String {
        guard let role = roles[role] else { return role.rawValue }
        return role.scope == .city ? role.title : "\(role.title)（\(role.scope.title)の範囲）"
    }
    func title(_ purpose: PurposeID) -> String { purposes[purpose]?.title ?? purpose.rawValue }
    func title(_ item: ItemCode) -> String { catalogue[item].map { "\(item) \($0.title)" } ?? item.rawValue }
}

extension Action {
    /// For people, as `Guidelines/README.md` says it.
    var title: String {
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
    var title: String {
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
    var titles: String { map(\.title).joined(separator: "・") }
}
