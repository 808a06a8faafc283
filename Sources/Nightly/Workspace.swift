package import Domain
import Foundation
import Glibc
package import Store

/// A municipality's folder: settings, inbox, mappings, guidelines, keys, runs and the service database.
package struct Workspace: Sendable {
    package let root: String

    package var settings: String { root + "/renkei.json5" }
    package var inbox: String { root + "/inbox" }
    package var mappings: String { root + "/Mappings" }
    package var guidelines: String { root + "/Guidelines" }
    package var keys: String { root + "/keys" }
    package var runs: String { root + "/runs" }
    package var service: String { root + "/service.sqlite" }
    package var lock: String { root + "/renkei.lock" }
    /// Where signed checkpoints go unless the settings name another place: beside the workspace, not in it.
    package var checkpoints: String {
        URL(filePath: root).standardizedFileURL.path + ".checkpoints"
    }

    package init(root: String) { self.root = root }

    /// Opens an existing workspace.
    ///
    /// - Throws: `Fault` where `root` is none.
    package static func open(_ root: String) throws(Fault) -> Workspace {
        let workspace = Workspace(root: root)
        if access(workspace.settings, F_OK) != 0, errno == EACCES {
            throw Fault(
                .denied, code: "workspace.denied", message: "作業フォルダを見る権限がありません。", file: root,
                fix: "作業フォルダの持ち主の利用者で実行してください。")
        }
        guard FileManager.default.fileExists(atPath: workspace.settings) else {
            throw Fault(
                .configuration, code: "workspace.missing", message: "作業フォルダではありません。", file: root,
                fix: "「renkei init \(root)」で作るか、「--workspace」で作業フォルダを指定してください。")
        }
        return workspace
    }

    /// Makes a workspace at `root` with copies of the shipped mappings and guidelines, keys and databases.
    ///
    /// Built beside `root` under another name and moved there last, so that a stopped `init` leaves no half workspace.
    /// - Parameters:
    ///   - templates: the folder that holds the shipped `Mappings` and `Guidelines`.
    ///   - sample: a sample city's folder whose `inbox` and day are taken over, or `nil`.
    /// - Throws: `Fault` where `root` exists or cannot be written, or something stands where it is to be built: what
    ///   this call did not make it does not remove.
    package static func initialise(
        _ root: String, templates: String, municipality: String, asOf: Day?, inboxFrom sample: String?
    ) throws -> Workspace {
        let files = FileManager.default
        let root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        guard !files.fileExists(atPath: root) || isEmptyFolder(root) else {
            throw Fault(
                .configuration, code: "workspace.exists", message: "すでにファイルがあるため、作業フォルダを作れません。",
                file: root, fix: "空のフォルダか、まだないフォルダを指定してください。")
        }
        let draft = Workspace(root: root + ".init")
        do {
            try files.createDirectory(
                at: URL(filePath: draft.root).deletingLastPathComponent(), withIntermediateDirectories: true)
            guard mkdir(draft.root, 0o700) == 0 else {
                guard errno == EEXIST else {
                    throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: root])
                }
                throw Fault(
                    .configuration, code: "workspace.draft", message: "作りかけの作業フォルダか、同じ名前のものが残っています。",
                    file: draft.root, fix: "中を確かめ、要らなければ消してから、もう一度実行してください。")
            }
        } catch let error as CocoaError {
            throw unwritable(error, root)
        }
        do {
            try fill(draft, templates: templates, municipality: municipality, asOf: asOf, inboxFrom: sample)
            _ = try draft.openService(evenRestored: true, creating: true)
            // An empty folder makes way; one that is not empty any more does not.
            guard !files.fileExists(atPath: root) || rmdir(root) == 0 else {
                throw CocoaError(.fileWriteFileExists, userInfo: [NSFilePathErrorKey: root])
            }
            try files.moveItem(atPath: draft.root, toPath: root)
        } catch {
            try? files.removeItem(atPath: draft.root)
            throw (error as? CocoaError).map { unwritable($0, root) } ?? error
        }
        return Workspace(root: root)
    }

    private static func fill(
        _ draft: Workspace, templates: String, municipality: String, asOf: Day?, inboxFrom sample: String?
    ) throws {
        let files = FileManager.default
        for folder in [draft.inbox, draft.runs] {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }
        try copy(templates + "/Mappings", to: draft.mappings)
        try copy(templates + "/Guidelines", to: draft.guidelines)
        if let sample {
            for name in try files.contentsOfDirectory(atPath: sample + "/inbox").sorted() {
                try files.copyItem(atPath: "\(sample)/inbox/\(name)", toPath: "\(draft.inbox)/\(name)")
            }
        }
        try settingsText(municipality: municipality, asOf: asOf)
            .write(toFile: draft.settings, atomically: true, encoding: .utf8)
        try WorkspaceKeys.create(folder: draft.keys)
    }

    /// File by file: `copyItem` of a folder gives the copy the owner of what it copies, which only root may do.
    private static func copy(_ folder: String, to place: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: place, withIntermediateDirectories: false)
        for name in try files.contentsOfDirectory(atPath: folder).sorted() {
            var isFolder: ObjCBool = false
            _ = files.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
            if isFolder.boolValue {
                try copy("\(folder)/\(name)", to: "\(place)/\(name)")
            } else {
                try files.copyItem(atPath: "\(folder)/\(name)", toPath: "\(place)/\(name)")
            }
        }
    }

    private static func unwritable(_ error: CocoaError, _ root: String) -> Fault {
        Fault(
            .inputOutput, code: "workspace.unwritable", message: "作業フォルダを作れません。",
            file: error.filePath ?? root,
            fix: "フォルダの権限と空き容量、もとになるファイルの有無を確かめてください。")
    }

    /// The service database with its keys.
    ///
    /// - Parameter evenRestored: also one that was put back from a copy, for those who look into that; nobody else works with a register
    ///   that has forgotten who was removed, refused or shredded since.
    /// - Parameter creating: also where there is none yet; everybody else is told that it is gone.
    /// - Throws: `Fault`: `store.missing`; as `CheckpointKeeper.requireWhole` among others.
    package func openService(evenRestored: Bool = false, creating: Bool = false) throws -> ServiceStore {
        guard creating || FileManager.default.fileExists(atPath: service) else {
            throw Fault(
                .configuration, code: "store.missing", message: "作業フォルダのデータベースがありません。", file: service,
                fix: "消えたのなら、控えから戻してください（docs/keys.md）。新しく作ると、だれが利用停止を求め、だれが消去されたかが失われます。")
        }
        let store = try ServiceStore(
            path: service, keys: WorkspaceKeys.load(folder: keys, service: service), runsFolder: runs)
        if !evenRestored {
            let settings = try NightSettings.load(path: settings)
            try CheckpointKeeper(store, CheckpointFolder(self, settings, of: store)).requireWhole()
        }
        return store
    }

    private static func isEmptyFolder(_ path: String) -> Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty ?? false
    }

    private static func settingsText(municipality: String, asOf: Day?) throws -> String {
        // JSON's quoting serves JSON5 too, whatever is in the name.
        let name = String(decoding: try JSONEncoder().encode(municipality), as: UTF8.self)
        return """
            // renkei の設定。行の先頭の「//」は説明です。書きかえたら「renkei check」で確かめてください。
            {
              // 画面と報告書に出す自治体名
              municipality: \(name),
              // 処理の基準日。null なら実行した日。見本の市では日付を止めています。
              asOf: \(asOf.map { "\"\($0)\"" } ?? "null"),
              // 名寄せに使うスレッド数。結果は変わりません。
              threads: 2,
              // 始める前に必要な空き容量（MiB）
              freeSpace: 500,
              // 圧縮された抽出ファイル（.csv.gz）を展開してよい大きさの上限（MiB）
              expandedLimit: 4096,
              // 残しておく実行結果の数（2以上）
              keepRuns: 7,
              // 名寄せの確認（renkei review）。true なら、別の2人が同じ判断をするまで使いません。
              review: { twoPersons: false },
              // 監査記録の検査点（署名つきの控え）を置くフォルダ。書かなければ、作業フォルダの隣の「名前.checkpoints」です。
              // 書きかえられない別の機械の共有に置くと、この機械の管理者による書きかえも見つけられます。
              // 例: audit: { checkpoints: "/mnt/kansa/renkei" },
              // ケースの終了。true なら、申し出た職員とは別の職員が承認するまで終わりません。
              cases: { twoPersons: true },
              // 職員が1週間に確認できるケースの数。書くと、一覧に今週の分と残りの数を示します（例: casesPerWeek: 20,）。
              // 公開してよいかを決める公開前の点検。0.05 は 5% のことです。
              gates: {
                // 1つの抽出ファイルで受け付けられない行の割合の上限（2行までは割合によりません）
                rejectedShare: 0.05,
                // 統合・分割された人の割合の上限
                identityChurn: 0.01,
                // 1つの規則で、前回の何倍まで該当が増えてよいか
                flagGrowth: 3.0,
                // 1つの規則で、前回の該当のうち減ってよい割合
                flagFall: 0.5,
                // 支援措置の対象者のうち、前回から減ってよい割合
                protectionFall: 0.1,
              },
            }

            """
    }
}
