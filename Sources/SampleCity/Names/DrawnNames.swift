package import Domain

/// Names of the city's people without a city around them, as frequent as they are there: for measuring.
package struct DrawnNames: Sendable {
    private let book = NameBook()
    private let seed: UInt64

    package init(seed: UInt64) { self.seed = seed }

    /// The same person for the same number: the first two in five are children, each with a guardian of the family.
    package func person(_ number: Int) -> (name: NameForm, guardian: NameForm?) {
        var draw = Draw(seed: seed, household: number, stream: .family)
        let family = book.surnames.any(&draw)
        func form(_ list: NameList) -> NameForm {
            let name = PersonName(family: family, given: list.any(&draw))
            return NameForm(kind: .legal, written: name.written("　"), writtenKana: name.kana("　"))
        }
        switch number % 5 {
        case 0: return (form(book.boys), form(book.women))
        case 1: return (form(book.girls), form(book.men))
        case 2: return (form(book.men), nil)
        case 3: return (form(book.women), nil)
        default: return (form(number % 2 == 0 ? book.grandfathers : book.grandmothers), nil)
        }
    }
}
