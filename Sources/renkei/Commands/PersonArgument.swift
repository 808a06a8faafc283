import Domain

/// Whom a command is about: `--person P-…`, or `--row FILE:LINE` for who holds a paper with a number on it.
enum PersonArgument {
    case person(PersonID)
    case row(file: String, line: Int)

    static let options = [
        Option("person", "P-…", "だれについてか"),
        Option("row", "FILE:LINE", "だれについてかを、公開中の抽出の行で示します"),
    ]

    /// - Parameter what: what it is about, as the message names it (`申出`).
    init(_ arguments: ParsedArguments, of what: String) throws(Fault) {
        switch (arguments.values["person"], arguments.values["row"]) {
        case (let person?, nil): self = .person(PersonID(person))
        case (nil, let row?):
            let (file, line) = try Self.row(row)
            self = .row(file: file, line: line)
        default: throw usageFault("だれについての\(what)かが決まりません。", "「--person」か「--row」のどちらか一方を書いてください。")
        }
    }

    /// `FILE:LINE`.
    static func row(_ text: String) throws(Fault) -> (file: String, line: Int) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let line = Int(parts[1]), line > 0 else {
            throw usageFault("「--row」の行が読めません。", "「jumin_20261001.csv:12」のように、ファイルと行番号を書いてください。")
        }
        return (String(parts[0]), line)
    }
}
