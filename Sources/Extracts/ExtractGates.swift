internal import Domain

/// What is asked of a file as such before its rows are read.
extension ExtractReader {
    static func settle(
        _ declared: TextEncoding?, by evidence: EncodingEvidence, file: String
    ) throws(Fault) -> TextEncoding {
        func fault(_ message: String, _ fix: String) -> Fault {
            Fault(
                .gate, code: "extract.encoding", message: message + evidence.sentence, file: file,
                field: "encoding", fix: fix)
        }
        let found: TextEncoding
        switch evidence.verdict {
        case .found(let encoding): found = encoding
        case .ascii:
            if let declared, declared.isWide {
                throw fault(
                    "マッピングでは\(declared.title)ですが、ファイルはそうではありません。",
                    "抽出の出力設定を\(declared.title)に戻すか、マッピングの encoding を直してください。")
            }
            return declared ?? .utf8
        case .ambiguous:
            if let declared, evidence[declared].isPossible { return declared }
            throw fault(
                "文字コードを判定できません。", "担当課に文字コードを確かめ、マッピングの format に encoding を書いてください。")
        case .none:
            throw fault(
                "文字コードを判定できません。",
                "抽出ファイルをUTF-8、Shift_JIS(CP932)、EUC-JP、UTF-16のどれかで出力し直してください。")
        }
        guard let declared, declared != found else { return found }
        // A few half-width kana may read well both ways; then the declaration stands.
        if evidence[declared].broken == 0, evidence[found].readable < 20, evidence.mark == nil,
            !declared.isWide, !found.isWide
        {
            return declared
        }
        throw fault(
            "マッピングでは\(declared.title)ですが、ファイルは\(found.title)です。",
            "抽出の出力設定を\(declared.title)に戻すか、出力が変わったのであればマッピングの encoding を直してください。")
    }

    static func header(_ rows: inout RowSource, file: String) throws(Fault) -> [String] {
        func fault(_ line: Int?, _ message: String) -> Fault {
            Fault(
                .gate, code: "extract.header", message: message, file: file, line: line,
                fix: "抽出ファイルの先頭部分と、マッピングの titleLines(見出し行より上の行数)を確認してください。")
        }
        guard let position = try rows.next() else { throw fault(nil, "見出し行がありません。") }
        guard !rows.isBlank else { throw fault(position.line, "見出し行が空です。") }
        guard rows.scanner.state != .quoted, rows.scanner.trouble == nil,
            case .success(let row) = rows.text(at: position)
        else { throw fault(position.line, "見出し行を読めません。") }
        return row.fields
    }

    /// Columns that bear the same name are told apart by number: `備考`, `備考#2`, `備考#3`.
    package static func numbered(_ header: [String]) -> [String] {
        var seen: [String: Int] = [:]
        return header.map { name in
            let isPadding: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\u{3000}" }
            var bare = name.unicodeScalars[...].drop(while: isPadding)
            while let last = bare.last, isPadding(last) { bare.removeLast() }
            seen[String(bare), default: 0] += 1
            let number = seen[String(bare)] ?? 1
            return number == 1 ? name : "\(String(bare))#\(number)"
        }
    }

    static func empty(_ file: String) -> Fault {
        Fault(
            .gate, code: "extract.empty", message: "抽出ファイルが空です。", file: file,
            fix: "担当課に抽出処理の結果を確認し、出力し直してもらってください。")
    }

    static func wideRecords(_ file: String) -> Fault {
        Fault(
            .gate, code: "extract.encoding", message: "UTF-16の固定長ファイルは読めません。", file: file,
            field: "encoding", fix: "Shift_JIS(CP932)、EUC-JP、UTF-8のどれかで出力してください。")
    }

    func truncated(_ position: RowPosition) -> Fault {
        let scanner = rows.scanner
        let message =
            if scanner.state == .quoted {
                "この行で始まった引用符が閉じられないままファイルが終わっています。"
            } else if isFixedWidth {
                "最後の行が途中で切れています(\(scanner.length)バイト)。"
            } else {
                "最後の行が途中で切れています(見出し\(header.count)項目に対し\(scanner.fieldCount)項目)。"
            }
        return Fault(
            .gate, code: "extract.truncated", message: message, file: position.file, line: position.line,
            fix: "転送や出力が途中で終わった可能性があります。担当課に出力し直してもらってください。")
    }
}
