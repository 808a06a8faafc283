package import Domain
package import Programmes

/// A child with what may be offered, within the reader's grant.
package struct SupportedChild: Sendable, Hashable {
    package let id: PersonID
    /// Empty where the grant does not cover names or no source gives one.
    package let name: String
    package let nameKana: String
    /// `nil` where the grant does not cover it or no source gives it.
    package let birth: PartialDate?
    /// Without those that people have an answer to.
    package let offers: [Offer]
    /// Oldest first.
    package let outcomes: [SupportOutcome]

    package func offers(_ standing: Offer.Standing) -> [Offer] { offers.filter { $0.standing == standing } }
}

/// A household in which a child may miss a programme.
package struct SupportedHousehold: Sendable, Hashable {
    /// Those who may be children, in the order of ids.
    package let children: [SupportedChild]
    /// Somebody there is under 支援措置: no letter goes to an address.
    package let isProtected: Bool
}

/// Where a list of households goes on: behind one of them by its keyed number, which tells nothing of anybody.
package struct SupportCursor: Sendable, Hashable {
    let key: [UInt8]

    init(key: [UInt8]) { self.key = key }

    /// As `text` wrote it; `nil` for anything else.
    package init?(_ text: String) {
        // As `WorkspaceKeys.householdIndex` makes them.
        guard let key = bytes(hexadecimal: text[...]), key.count == 16 else { return nil }
        self.key = key
    }

    package var text: String { hexadecimal(key) }
}

/// A page of households in which programmes seem to be missed, in no order that tells anything.
package struct SupportPage: Sendable, Hashable {
    package let households: [SupportedHousehold]
    /// Where the next page starts; `nil` on the last page.
    package let next: SupportCursor?
    /// `nil` before the first import.
    package let registry: KeptRegistry?
    package let asOf: Day
    /// Of the households that were looked at for this page.
    package let untold: Untold
}

/// A child's household with all that may be offered, within the reader's grant.
package struct SupportDetail: Sendable, Hashable {
    package let child: SupportedChild
    package let household: SupportedHousehold
    /// Where a letter would go; masked for the whole household of somebody under 支援措置.
    package let address: Shown<String>
    package let registry: KeptRegistry
    package let publication: PublicationInfo
}

/// How many may miss a programme; counts alone.
package struct SupportCounts: Sendable, Hashable {
    package var households = 0
    package var children = 0
    package var untold = Untold()
    package init() {}
}
