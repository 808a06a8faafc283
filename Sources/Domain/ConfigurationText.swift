/// Reads JSON5 (https://spec.json5.org) into nodes that know their line.
///
/// Foundation reads JSON5 too, but keeps no lines, lets a repeated key win silently and has no JSON5 in
/// `JSONSerialization` on Linux; officials need the line. `NaN` and `Infinity` are refused: no setting means them.
struct ConfigurationText {
    /// Deeper nesting is a mistake, and must not exhaust the stack.
    private static let deepest = 64

    private let file: String
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var line = 1

    init(_ text: String, file: String) {
        self.file = file
        scalars = Array(text.unicodeScalars)
    }

    mutating func read() throws(Fault) -> ConfigurationNode {
        try skipBlanks()
        let root = try value(line: line, path: "", depth: 0)
        try skipBlanks()
        guard index == scalars.count else { throw unexpected("ファイルの終わり") }
        return root
    }

    private mutating func value(line start: Int, path: String, depth: Int) throws(Fault) -> ConfigurationNode
    {
        guard depth < Self.deepest else { throw fault("入れ子が深すぎます。", fix: "入れ子を浅くしてください。") }
        let value: ConfigurationNode.Value
        switch peek {
        case "{": value = .object(try members(path: path, depth: depth))
        case "[": value = .array(try elements(path: path, depth: depth))
        case "\"", "'": value = .string(try string())
        case "t" where takeWord("true"): value = .bool(true)
        case "f" where takeWord("false"): value = .bool(false)
        case "n" where takeWord("null"): value = .null
        default: value = .number(try number())
        }
        return ConfigurationNode(file: file, line: start, path: path, value: value)
    }

    private mutating func members(path: String, depth: Int) throws(Fault) -> [ConfigurationNode.Member] {
        var members: [ConfigurationNode.Member] = []
        var lines: [String: Int] = [:]
        index += 1
        while true {
            try skipBlanks()
            if take("}") { return members }
            let start = line
            let key = try key()
            let inner = path.isEmpty ? key : "\(path).\(key)"
            if let first = lines.updateValue(start, forKey: key) {
                throw Fault(
                    .configuration, code: "configuration.duplicate-key",
                    message: "「\(key)」が2回書かれています（1回目は\(first)行目）。", file: file, line: start,
                    field: inner, fix: "どちらか一方を消してください。")
            }
            try skipBlanks()
            guard take(":") else { throw unexpected("「:」") }
            try skipBlanks()
            members.append(.init(key: key, node: try value(line: start, path: inner, depth: depth + 1)))
            try skipBlanks()
            guard take(",") || peek == "}" else { throw unexpected("「,」か「}」") }
        }
    }

    private mutating func elements(path: String, depth: Int) throws(Fault) -> [ConfigurationNode] {
        var elements: [ConfigurationNode] = []
        index += 1
        while true {
            try skipBlanks()
            if take("]") { return elements }
            elements.append(
                try value(line: line, path: "\(path)[\(elements.count)]", depth: depth + 1))
            try skipBlanks()
            guard take(",") || peek == "]" else { throw unexpected("「,」か「]」") }
        }
    }

    private mutating func key() throws(Fault) -> String {
        if peek == "\"" || peek == "'" { return try string() }
        var key = String.UnicodeScalarView()
        while let next = peek, next.properties.isIDContinue || next == "$" { key.append(advance(next)) }
        guard let first = key.first, !("0"..."9").contains(first) else { throw unexpected("項目の名前") }
        return String(key)
    }

    private mutating func string() throws(Fault) -> String {
        let quote = peek
        var text = String.UnicodeScalarView()
        index += 1
        while let next = peek, next != "\n", next != "\r" {
            _ = advance(next)
            if next == quote { return String(text) }
            if next != "\\" {
                text.append(next)
            } else if let scalar = try escape() {
                text.append(scalar)
            }
        }
        throw fault("文字列が閉じていません。", fix: "同じ行の中で引用符を閉じてください。")
    }

    /// What follows a backslash; `nil` for a line continued on the next.
    private mutating func escape() throws(Fault) -> Unicode.Scalar? {
        guard let next = peek else { throw unexpected("文字") }
        _ = advance(next)
        switch next {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "v": return "\u{B}"
        case "0" where peek?.properties.numericType == nil: return "\0"
        case "0"..."9": throw unexpected("「\\」の後に使える文字")
        case "\r":
            if peek == "\n" { _ = advance("\n") }
            return nil
        case "\n", "\u{2028}", "\u{2029}": return nil
        case "x": return Unicode.Scalar(try hexadecimal(2))
        case "u":
            let unit = try hexadecimal(4)
            guard (0xD800..<0xDC00).contains(unit) else { return try scalar(unit) }
            guard take("\\"), take("u") else { throw unexpected("サロゲートの後半") }
            let low = try hexadecimal(4)
            guard (0xDC00..<0xE000).contains(low) else { throw unexpected("サロゲートの後半") }
            return try scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        default: return next
        }
    }

    private func scalar(_ number: UInt32) throws(Fault) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(number) else { throw unexpected("文字の番号") }
        return scalar
    }

    private mutating func hexadecimal(_ digits: Int) throws(Fault) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<digits {
            guard let next = peek, next.isASCII, let digit = UInt32(String(next), radix: 16) else {
                throw unexpected("16進数")
            }
            number = number << 4 | digit
            index += 1
        }
        return number
    }

    private mutating func number() throws(Fault) -> Double {
        let start = index
        while let next = peek, next.isASCII,
            next.properties.isAlphabetic || "0123456789+-.".unicodeScalars.contains(next)
        {
            index += 1
        }
        let written = scalars[start..<index]
        var digits = String(String.UnicodeScalarView(written.drop { $0 == "+" || $0 == "-" }))
        if digits.hasPrefix("."), digits.count > 1 { digits = "0" + digits }
        let lower = digits.lowercased()
        let hexadecimal = lower.hasPrefix("0x")
        guard digits.unicodeScalars.first.map({ ("0"..."9").contains($0) }) == true,
            written.count - digits.unicodeScalars.count <= 1,
            hexadecimal || !(lower.hasPrefix("0") && lower.dropFirst().first?.isNumber == true),
            let number = hexadecimal
                ? UInt64(lower.dropFirst(2), radix: 16).map({ Double($0) }) : Double(digits),
            number.isFinite
        else {
            index = start
            throw unexpected("値")
        }
        return written.first == "-" ? -number : number
    }

    private mutating func skipBlanks() throws(Fault) {
        while let next = peek {
            if next.properties.isWhitespace || next == "\u{FEFF}" {
                _ = advance(next)
            } else if next == "/", following == "/" {
                while let next = peek, next != "\n" { _ = advance(next) }
            } else if next == "/", following == "*" {
                let start = line
                index += 2
                while !(peek == "*" && following == "/") {
                    guard let next = peek else {
                        throw fault("\(start)行目の「/*」が閉じていません。", fix: "「*/」で閉じてください。")
                    }
                    _ = advance(next)
                }
                index += 2
            } else {
                return
            }
        }
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
    private var following: Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

    private mutating func advance(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\n" { line += 1 }
        index += 1
        return scalar
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard scalars[index...].starts(with: word.unicodeScalars) else { return false }
        index += word.unicodeScalars.count
        return true
    }

    private func unexpected(_ expected: String) -> Fault {
        guard let found = peek else {
            return fault(
                "\(expected)が来るはずのところで、ファイルが終わっています。", fix: "閉じていない括弧や引用符がないか確かめてください。")
        }
        return fault(
            "\(expected)が来るはずのところに「\(found)」があります。",
            fix: found.isASCII
                ? "直前の「,」や引用符、括弧の対応を確かめてください。" : "記号は半角で、日本語は引用符で囲んで書いてください。")
    }

    private func fault(_ message: String, fix: String) -> Fault {
        Fault(
            .configuration, code: "configuration.syntax", message: message, file: file, line: line, fix: fix)
    }
}
