package import Domain

/// What became of each of several cases that were to be given to somebody, or taken back, at once.
package struct AssignedPage: Sendable {
    package static let path = "/assign-cases"
    package static let undoPath = path + "/undo"

    package struct Line: Sendable {
        package var id: CaseID
        /// The case's version after it; `nil`: it stays as it was.
        package var version: Int?
        /// Why it stays so.
        package var problem: String

        package init(id: CaseID, version: Int?, problem: String = "") {
            (self.id, self.version, self.problem) = (id, version, problem)
        }
    }

    package var lines: [Line]
    package var isUndo: Bool
    /// For how many seconds it can be taken back.
    package var undoTime: Int

    package init(lines: [Line], isUndo: Bool, undoTime: Int) {
        (self.lines, self.isUndo, self.undoTime) = (lines, isUndo, undoTime)
    }

    package func render(in frame: Frame) -> String {
        let title = isUndo ? "まとめての取消しの結果" : "まとめての割当ての結果"
        let done = lines.filter { $0.version != nil }
        return frame.page(title, at: .queue) {
            tag("p", .class("small")) {
                tag("a", .href("/cases")) { "確認の一覧" }
                " ＞ \(title)"
            }
            tag("h1") { title }
            tag("p", .init("role", "status")) {
                tag("strong") { "\(done.count)件を\(isUndo ? "取り消しました" : "割り当てました")。" }
                if done.count < lines.count { "\(lines.count - done.count)件は変えていません。下の理由を確かめてください。" }
            }
            if !isUndo, !done.isEmpty {
                tag("form", .init("method", "post"), .init("action", Self.undoPath)) {
                    tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", frame.csrf))
                    for line in done {
                        tag(
                            "input", .init("type", "hidden"), .init("name", "case"),
                            .init("value", "\(line.id):\(line.version ?? 0)"))
                    }
                    tag("button", .init("type", "submit"), .class("quiet")) {
                        "まとめて取り消す（\(undoTime)秒以内）"
                    }
                }
            }
            Table(
                caption: "選んだケース", columns: [.init("ケース"), .init("結果")],
                rows: lines.map { line in
                    [
                        tag("a", .href("/cases/\(line.id)")) { "\(line.id)" },
                        .text(
                            line.version == nil
                                ? line.problem : isUndo ? "取り消しました" : "割り当てました"),
                    ]
                }
            ).html
        }
    }
}
