import Domain

/// One option of a command: `--name`, or `--name VALUE` where it takes a value.
struct Option: Sendable {
    let name: String
    /// The value's placeholder in help; `nil` for a switch.
    let value: String?
    let help: String

    init(_ name: String, _ value: String? = nil, _ help: String) {
        self.name = name
        self.value = value
        self.help = help
    }

    static let workspace = Option("workspace", "DIR", "作業フォルダ（省略時は今いるフォルダ）")
    static let user = Option("user", "ID", "あなたの利用者ID（renkei user）")
    /// The same where the command reads a password too.
    static let signed = Option("user", "ID", "あなたの利用者ID（renkei user）。パスワードは標準入力の1行目から読みます")
    static let json = Option("json", nil, "結果をJSONで標準出力に書きます")
    static let help = Option("help", nil, "この説明を表示します")
}

/// A command's words: what help prints and what the parser accepts are the same list.
struct Usage: Sendable {
    /// One word, or two (`mapping check`).
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// Placeholders of the positional arguments, in order; `[ID]` may be left out.
    let arguments: [String]
    let options: [Option]
    /// What it does and a worked example, for `--help`.
    let discussion: String

    init(
        _ name: String, _ summary: String, arguments: [String] = [], options: [Option] = [],
        discussion: String
    ) {
        self.name = name
        self.summary = summary
        self.arguments = arguments
        self.options = options + [.json, .help]
        self.discussion = discussion
    }

    /// The name, word by word as it is typed.
    var words: [String] { name.split(separator: " ").map(String.init) }

    var text: String {
        let head = (["renkei", name] + arguments).joined(separator: " ") + " [オプション]"
        let width = 22
        let list = options.map { option in
            let left = "--\(option.name)" + (option.value.map { " \($0)" } ?? "")
            return "  " + left + String(repeating: " ", count: max(1, width - left.count)) + option.help
        }
        return """
            使い方: \(head)

            \(summary)

            \(discussion)

            オプション:
            \(list.joined(separator: "\n"))
            """
    }

    /// Splits `words` into options and positionals.
    ///
    /// - Throws: `Fault` of kind `.usage` for an unknown option (with the nearest known one), a missing value, or a
    ///   wrong number of positionals.
    func parse(_ words: [String]) throws(Fault) -> ParsedArguments {
        var parsed = ParsedArguments()
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), word != "--" else {
                parsed.positionals.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = options.first(where: { $0.name == name }) else {
                throw unknown(
                    "オプション「--\(name)」", nearest: nearest(name, in: options.map(\.name)).map { "--\($0)" })
            }
            if option.value == nil {
                parsed.switches.insert(name)
            } else if parts.count == 2 {
                parsed.values[name] = String(parts[1])
            } else if let value = rest.popFirst() {
                parsed.values[name] = value
            } else {
                throw usageFault("オプション「--\(name)」に値がありません。", "「--\(name) \(option.value ?? "")」の形で書いてください。")
            }
        }
        let least = arguments.count { !$0.hasPrefix("[") }
        guard (least...arguments.count).contains(parsed.positionals.count) || parsed.switches.contains("help")
        else {
            let wanted = arguments.isEmpty ? "なし" : arguments.joined(separator: " ")
            throw usageFault(
                "引数の数が違います（必要: \(wanted)、あったもの: \(parsed.positionals.count)個）。",
                "「\((["renkei", name] + arguments).joined(separator: " "))」の形で書いてください。説明は「renkei \(name) --help」で表示します。"
            )
        }
        return parsed
    }

    private func unknown(_ what: String, nearest: String?) -> Fault {
        usageFault(
            "\(what)はありません。",
            nearest.map { "「\($0)」のことでしょうか。" } ?? "「renkei \(name) --help」で使い方を確かめてください。")
    }
}

/// What the command line said, checked against a `Usage`.
struct ParsedArguments: Sendable {
    var positionals: [String] = []
    var values: [String: String] = [:]
    var switches: Set<String> = []

    func has(_ name: String) -> Bool { switches.contains(name) }

    /// Who the command is to be done by.
    func user() throws(Fault) -> UserID {
        guard let user = values["user"], !user.isEmpty else {
            throw usageFault("「--user」がありません。", "あなたの利用者IDを書いてください。利用者は「renkei user list」で分かります。")
        }
        return UserID(user)
    }

    /// The first argument, one of the words that `command` knows.
    func word(of command: String, in words: [String]) throws(Fault) -> String {
        let word = positionals[0]
        guard words.contains(word) else {
            throw usageFault(
                "「\(command) \(word)」はありません。",
                nearest(word, in: words).map { "「\($0)」のことでしょうか。" }
                    ?? "\(words.joined(separator: "、")) のどれかを書いてください。")
        }
        return word
    }

    /// The option's value as a whole number within `range`.
    func number(_ name: String, in range: ClosedRange<Int>) throws(Fault) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw usageFault(
                "オプション「--\(name)」の値が数ではないか、範囲の外です。",
                "\(range.lowerBound)から\(range.upperBound)までの整数を書いてください。")
        }
        return number
    }

    /// The option's value as a day, `yyyy-MM-dd`.
    func day(_ name: String) throws(Fault) -> Day? {
        guard let text = values[name] else { return nil }
        guard let day = Day(iso: text) else {
            throw usageFault("オプション「--\(name)」の日付が読めません。", "「2026-10-01」の形で書いてください。")
        }
        return day
    }
}

func usageFault(_ message: String, _ fix: String) -> Fault {
    Fault(.usage, code: "usage", message: message, fix: fix)
}
