package import Domain

/// Reads an address as written into comparable parts.
package enum AddressReader {
    package static func read(_ written: String, postcode: String, building: String = "") -> Address {
        Address(postcode: postcode, town: written, building: building, written: written)
    }
}
