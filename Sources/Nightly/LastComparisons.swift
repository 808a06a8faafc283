import Domain
import Linkage
import Store

/// What the night before compared, or why tonight compares everything.
struct LastComparisons {
    private(set) var kept: KeptComparisons?
    /// Japanese: what is wrong with them; `nil` where nothing is.
    private var reason: String?

    /// Of the run that knows who was who; `nil` on the first night.
    init(_ run: RunStore?, program: String, keys: WorkspaceKeys) {
        guard let run else { return }
        do {
            guard let file = try KeptFile.open(.comparisons, folder: run.folder, keys: keys) else {
                reason = "前の夜の比較の記録がないため"
                return
            }
            guard file.program == program else {
                reason = "プログラムが前の夜と違うため"
                return
            }
            kept =
                file.count > 0
                ? file.piece(0).flatMap { head in
                    KeptComparisons(head: head, pieces: file.count - 1) { file.piece($0 + 1) }
                } : nil
            if kept == nil { reason = Self.damaged }
        } catch {
            reason = Self.damaged
        }
    }

    /// One line for an official where all pairs had to be compared though this was not the first night.
    func notice(_ use: KeptUse) -> String? {
        let reason =
            switch use {
            case .none: reason
            case .otherModel: "名寄せモデルの選び方か比べ方が前の夜と違うため"
            case .damaged: Self.damaged
            case .used: String?.none
            }
        return reason.map { "\($0)、すべての組を比べました。結果は変わりません。" }
    }

    private static let damaged = "前の夜の比較の記録を読めないため"

    /// Keeps tonight's for the next night; where that fails, the next night compares everything.
    static func keep(
        _ comparisons: KeptComparisons, program: String, folder: String, keys: WorkspaceKeys, log: NightLog
    ) {
        let head = comparisons.head
        let pieces = (0..<comparisons.pieces + 1).lazy.map { number in
            number == 0 ? head : comparisons.piece(number - 1) ?? []
        }
        do {
            try KeptFile.write(
                pieces, .comparisons, program: program, folder: folder, keys: keys)
        } catch {
            log.notice("今夜の比較の記録を書けませんでした。次の夜はすべての組を比べます。ディスクの空きを確かめてください。")
        }
    }
}
