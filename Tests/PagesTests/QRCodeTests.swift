import Foundation
import TestSupport
import Testing

@testable import Pages

@Suite("A QR code")
struct QRCodeTests {
    /// Read once by two decoders of others; `.ci` has none.
    @Test("is the one that was read", arguments: [1, 7, 10])
    func golden(version: Int) throws {
        let code = try #require(QRCode(Self.text(version)))
        #expect(code.size == 17 + 4 * version)
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/qr-\(version).txt")
        #expect(try TestSupport.golden(code.text + "\n", file.path) == code.text + "\n")
    }

    @Test("holds up to 271 bytes, in the smallest version that does")
    func sizes() {
        let sizes = (1...272).map { QRCode(String(repeating: "a", count: $0))?.size }
        #expect(sizes[16] == 21 && sizes[17] == 25 && sizes[270] == 57 && sizes[271] == nil)
        #expect(zip(sizes.dropLast(), sizes.dropFirst().dropLast()).allSatisfy { ($0 ?? 0) <= ($1 ?? 0) })
    }

    static func text(_ version: Int) -> String {
        switch version {
        case 1: "renkei"
        case 7:
            "otpauth://totp/renkei:tanaka?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=renkei&algorithm=SHA256&digits=6&period=30&image=none00000000000"
        default: String(repeating: "0123456789", count: 27)
        }
    }
}
