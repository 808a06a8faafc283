internal import Domain

/// What all households share: the day, the rates, the names, the numbering.
struct City {
    static let name = "若葉野市"

    let parameters: CityParameters
    let names = NameBook()

    var asOf: Day { parameters.asOf }
    /// The school year of the day, by its first calendar year.
    var schoolYear: Int { asOf.schoolYear }

    /// 宛名番号: ten digits with leading zeros, the last one a check digit.
    func residentNumber(_ person: Person) -> String { number(person.serial, multiplier: 51_749_263) }

    /// Who the person is in the truth: nothing about them can be read out of it.
    func truthID(_ person: Person) -> String {
        // SplitMix64's output function is a bijection: no two people share an id.
        var z = UInt64(person.serial) &+ parameters.seed &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        let hex = String(z, radix: 16)
        return "T" + String(repeating: "0", count: 16 - hex.count) + hex
    }

    /// Scatters a serial over eight digits and adds the check digit (モジュラス11, weights 2 to 7 from the right).
    ///
    /// INVARIANT: multipliers share no factor with 10^8, so that no two serials get one number.
    func number(_ serial: Int, multiplier: Int) -> String {
        var body = (serial * multiplier + 31_415_927 + Int(parameters.seed % 50_000_017)) % 100_000_000
        var digits: [UInt8] = []
        var sum = 0
        for place in 0..<9 {
            let digit = body % 10
            digits.append(UInt8(digit))
            sum += digit * (place % 6 + 2)
            body /= 10
        }
        let check = 11 - sum % 11
        digits.insert(check > 9 ? 0 : UInt8(check), at: 0)
        return String(decoding: digits.reversed().map { $0 + 0x30 }, as: UTF8.self)
    }
}
