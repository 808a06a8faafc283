internal import Domain

/// Why a password is among the first that anybody would try; a short list of reasons, no measure of strength.
enum WeakPassword: String {
    case fewCharacters = "文字の種類が少なすぎます"
    case repetition = "短い文字の並びの繰り返しです"
    case sequence = "キーボードや文字の順に並んでいます"
    case userName = "利用者IDか名前とほとんど同じです"
    case common = "よく使われるパスワードです"

    /// Words of lists of leaked passwords and of this field, without what is put behind them.
    private static let words = [
        "password", "passwort", "passphrase", "pasuwaado", "qwerty", "letmein", "welcome", "iloveyou",
        "monkey",
        "dragon", "sunshine", "princess", "football", "baseball", "superman", "master", "shadow", "trustno",
        "changeme", "secret", "administrator", "admin", "login", "guest", "test", "user", "root", "sample",
        "default", "sakura", "nippon", "japan", "tokyo", "kodomo", "renkei", "shiyakusho", "yakusho",
        "wakaba",
        "パスワード", "ぱすわーど", "こども", "れんけい",
    ]
    private static let rows = [
        "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz",
    ]
    /// Letters, and the digits and marks that are often put in their place.
    private static let stand: [Character: Character] = [
        "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
    ]

    /// `nil` where nothing speaks against the password.
    ///
    /// - Parameter names: the user's id and name.
    init?(_ password: String, names: [String]) {
        let letters = Array(password.lowercased())
        guard let weakness = Self.weakness(of: letters, names: names.map { $0.lowercased() }) else {
            return nil
        }
        self = weakness
    }

    private static func weakness(of letters: [Character], names: [String]) -> WeakPassword? {
        if Set(letters).count < 5 { return .fewCharacters }
        if let unit = (1..<8).first(where: { isRepetition(of: $0, letters) }), unit < letters.count {
            return .repetition
        }
        if runs(in: letters) <= 3 { return .sequence }
        let names = names.flatMap { [$0] + $0.split(separator: " ").map(String.init) }.filter {
            $0.count >= 3
        }
        if rest(of: String(letters), without: names) < 4 { return .userName }
        let plain = String(letters.map { stand[$0] ?? $0 })
        if rest(of: plain, without: words) < 4 || rest(of: String(letters), without: words) < 4 {
            return .common
        }
        return nil
    }

    private static func isRepetition(of unit: Int, _ letters: [Character]) -> Bool {
        letters.count >= 2 * unit
            && letters.indices.dropFirst(unit).allSatisfy { letters[$0] == letters[$0 - unit] }
    }

    /// How many pieces it falls into, in each of which every letter is the one before, or its neighbour in a row.
    private static func runs(in letters: [Character]) -> Int {
        func isNext(_ left: Character, _ right: Character) -> Bool {
            left == right
                || rows.contains { row in
                    guard let a = row.firstIndex(of: left), let b = row.firstIndex(of: right) else {
                        return false
                    }
                    let distance = abs(row.distance(from: a, to: b))
                    return distance == 1 || distance == row.count - 1
                }
        }
        return 1 + zip(letters, letters.dropFirst()).count { !isNext($0, $1) }
    }

    /// Letters that are left without `words`; `Int.max` where none of them is in the text.
    private static func rest(of text: String, without words: [String]) -> Int {
        let left = words.sorted { $0.count > $1.count }.reduce(text) { $0.replacing($1, with: "") }
        return left.count == text.count ? .max : left.count(where: \.isLetter)
    }
}
