internal import Domain

/// What stands between two fields.
package enum Delimiter: String, Codable, Sendable, CaseIterable {
    case comma, tab

    var byte: UInt8 { self == .comma ? 0x2C : 0x09 }
}

/// How a department writes its extract: what a mapping declares about the bytes, nothing about their meaning.
package struct ExtractFormat: Decodable, Sendable, Hashable {
    /// A column of a file whose columns have a fixed number of bytes.
    package struct FixedColumn: Sendable, Hashable {
        package let name: String
        /// As hosts count them: a full-width character is two in code page 932.
        package let bytes: Int

        package init(_ name: String, bytes: Int) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// `nil`: found out from the bytes.
    package var encoding: TextEncoding?
    /// Whether `encoding` stands whatever the file's beginning looks like: who set it has looked already.
    package var isEncodingCertain = false
    /// `nil`: found out from the first row.
    package var delimiter: Delimiter?
    /// Physical lines above the header.
    package var titleLines: Int
    /// The columns of a file that has no header line.
    package var columnNames: [String]?
    /// The columns of a file without delimiters and header line.
    package var fixedWidth: [FixedColumn]?
    package var gaiji: GaijiTable

    package init(
        encoding: TextEncoding? = nil, delimiter: Delimiter? = nil, titleLines: Int = 0,
        columnNames: [String]? = nil, fixedWidth: [FixedColumn]? = nil, gaiji: GaijiTable = GaijiTable()
    ) {
        self.encoding = encoding
        self.delimiter = delimiter
        self.titleLines = titleLines
        self.columnNames = columnNames
        self.fixedWidth = fixedWidth
        self.gaiji = gaiji
    }
}

// MARK: - From a mapping

extension ExtractFormat {
    /// Reads the `format` of a mapping file, whose README explains each key.
    ///
    /// - Throws: `format.range`, `format.columns`, `format.gaiji`, all of them, with their lines; or the strict decoding's.
    package init(from decoder: any Decoder) throws {
        let form: Form = try ConfigurationNode(from: decoder).decode()
        self.init(
            encoding: form.encoding, delimiter: form.delimiter, titleLines: form.titleLines?.value ?? 0,
            columnNames: form.columnNames?.value.map(\.value),
            fixedWidth: form.fixedWidth?.value.map { FixedColumn($0.name.value, bytes: $0.bytes.value) })
        var faults: [Fault] = []
        if let titleLines = form.titleLines, titleLines.value < 0 {
            faults.append(
                titleLines.node.fault("format.range", "0以上の行数を書くところです。", fix: "見出しの前の行数を書いてください。"))
        }
        faults += Self.faults(ofColumns: form)
        for member in form.gaiji?.members ?? [] {
            if let fault = add(member) { faults.append(fault) }
        }
        if let faults = Faults(faults) { throw faults }
    }

    private struct Form: Decodable {
        let encoding: TextEncoding?
        let delimiter: Delimiter?
        let titleLines: Placed<Int>?
        let columnNames: Placed<[Placed<String>]>?
        let fixedWidth: Placed<[Column]>?
        let gaiji: ConfigurationNode?
    }

    private struct Column: Decodable {
        let name: Placed<String>
        let bytes: Placed<Int>
    }

    private static func faults(ofColumns form: Form) -> [Fault] {
        var faults: [Fault] = []
        func report(_ node: ConfigurationNode, _ code: String, _ message: String, _ fix: String) {
            faults.append(node.fault(code, message, fix: fix))
        }
        var seen: Set<String> = []
        for name in (form.columnNames?.value ?? []) + (form.fixedWidth?.value ?? []).map(\.name)
        where !seen.insert(name.value).inserted {
            report(
                name.node, "format.columns", "列「\(name.value)」が2回書かれています。",
                "「\(name.value)#2」のように、列ごとに違う名前を付けてください。")
        }
        for list in [form.columnNames?.node, form.fixedWidth?.node] {
            if let list, case .array(let elements) = list.value, elements.isEmpty {
                report(list, "format.columns", "列が1つも書かれていません。", "ファイルの列を順にすべて書いてください。")
            }
        }
        guard let fixed = form.fixedWidth else { return faults }
        for column in fixed.value where !(1...RowScanner.limit).contains(column.bytes.value) {
            report(column.bytes.node, "format.range", "1以上のバイト数を書くところです。", "全角は2バイトとして数えてください。")
        }
        if fixed.value.reduce(0, { $0 &+ max(0, $1.bytes.value) }) > RowScanner.limit {
            report(fixed.node, "format.range", "1行の合計が1MiBを超えています。", "列のバイト数を確かめてください。")
        }
        if form.columnNames != nil || form.delimiter != nil {
            report(
                fixed.node, "format.columns", "fixedWidth と columnNames・delimiter は一緒に書けません。",
                "固定長なら fixedWidth だけを、区切りのあるファイルなら columnNames と delimiter を書いてください。")
        }
        if form.encoding?.isWide == true {
            report(
                fixed.node, "format.columns", "UTF-16の固定長ファイルは読めません。",
                "Shift_JIS(CP932)、EUC-JP、UTF-8のどれかで出力してください。")
        }
        return faults
    }

    private mutating func add(_ member: ConfigurationNode.Member) -> Fault? {
        guard let code = GaijiTable.code(member.key, encoding: encoding) else {
            return member.node.fault(
                "format.gaiji", "「\(member.key)」は外字の番号ではありません。",
                fix: "「U+E000」のような私用領域の番号か、「F040」のような外字領域のコードを書いてください。")
        }
        guard case .string(let character) = member.node.value, GaijiTable.isCharacter(character) else {
            return member.node.fault(
                "format.gaiji", "外字に当てる文字は1文字です。", fix: "「髙」のような文字か、当てる文字がなければ「〓」を書いてください。")
        }
        guard gaiji.add(code, character) else {
            return member.node.fault(
                "format.gaiji", "同じ外字が2回書かれています。", fix: "どちらか一方を消してください。")
        }
        return nil
    }
}
