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
