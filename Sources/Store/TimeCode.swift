internal import CSodium
internal import Domain
internal import Foundation

/// Codes that an authenticator and the service work out of a shared secret and the time (RFC 6238): 6 digits, steps of 30 seconds,
/// HMAC-SHA256, which libsodium has and the `algorithm` of an otpauth address tells the app ([why](../../docs/decisions/0048-second-factor-and-tokens.md)).
enum TimeCode {
    static let seconds = 30
    /// 160 bits, as RFC 4226 recommends: 32 characters for whoever must type them.
    static let secretLength = 20

    static func step(at: Date) -> Int { Int(at.timeIntervalSince1970.rounded(.down)) / seconds }

    /// - Parameter digits: 6; 8 in the vectors of RFC 6238.
    static func code(_ secret: [UInt8], step: Int, digits: Int = 6) -> String {
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, secret, secret.count)
        let counter = withUnsafeBytes(of: UInt64(step).bigEndian) { Array($0) }
        crypto_auth_hmacsha256_update(&state, counter, UInt64(counter.count))
        var mac = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        crypto_auth_hmacsha256_final(&state, &mac)
        let place = Int(mac[mac.count - 1] & 15)
        let word = mac[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
        let text = String(word % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code it is: this one, the one before or the one after. All three are worked out, whichever fits.
    static func match(_ code: String, _ secret: [UInt8], at: Date) -> Int? {
        let (now, given) = (step(at: at), Array(code.utf8))
        return [now - 1, now, now + 1].reduce(nil) { found, step in
            equalInConstantTime(Array(self.code(secret, step: step).utf8), given) ? step : found
        }
    }

    /// What was typed, as codes are written: letters and digits alone, in half width and capitals.
    static func plain(_ typed: String) -> String {
        String(
            typed.inHalfWidth.uppercased().unicodeScalars.filter {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
            })
    }

    /// RFC 4648, without padding.
    static func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var (text, rest, bits): ([UInt8], UInt32, Int) = ([], 0, 0)
        for byte in bytes {
            (rest, bits) = (rest << 8 | UInt32(byte), bits + 8)
            while bits >= 5 {
                text.append(alphabet[Int(rest >> UInt32(bits - 5)) & 31])
                bits -= 5
            }
            rest &= (1 << UInt32(bits)) - 1
        }
        if bits > 0 { text.append(alphabet[Int(rest << UInt32(5 - bits)) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }
}

/// What a user's authenticator is given, once.
package struct SecondFactorOffer: Sendable, Hashable {
    /// The shared secret in base 32, for whoever types it.
    package let key: String
    /// `otpauth://totp/…`, for the app; as a QR code, or to be opened on the same device.
    package let address: String

    init(secret: [UInt8], user: UserID) {
        key = TimeCode.base32(secret)
        let name = user.rawValue.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        address =
            "otpauth://totp/renkei:\(name)?secret=\(key)&issuer=renkei&algorithm=SHA256&digits=6&period=\(TimeCode.seconds)"
    }
}
