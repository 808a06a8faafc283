import Audit
import CSodium
import Domain
import TestSupport
import Testing

@testable import Store

/// Known answers of every primitive, through the calls that renkei makes.
@Suite struct KeyVectorTests {
    private func bytes(_ hex: String) throws -> [UInt8] {
        let decoded = Store.bytes(hexadecimal: hex.filter { !$0.isWhitespace }[...])
        return try #require(decoded)
    }

    /// draft-irtf-cfrg-xchacha-03, A.3.1
    @Test func sealingIsXChaCha20Poly1305() throws {
        let nonce = try bytes("404142434445464748494a4b4c4d4e4f5051525354555657")
        let sealed = Seal.seal(
            Array(
                "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
                    .utf8), nonce: nonce, place: try bytes("50515253c0c1c2c3c4c5c6c7"),
            key: Array(0x80...0x9f))
        #expect(
            try sealed == nonce
                + bytes(
                    """
                    bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
                    731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
                    2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
                    21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49
                    """))
    }

    /// RFC 7693 with the parameters that libsodium documents for `crypto_kdf` (number as salt, context as personalisation), computed by
    /// another implementation of BLAKE2b (Python's hashlib); and the whole way of one name.
    @Test func keysOfTheTreeAreSubkeysOfLibsodium() throws {
        var out = [UInt8](repeating: 0, count: 32)
        _ = crypto_kdf_derive_from_key(&out, 32, 9, "renkei-3", Array(0...31))
        #expect(hexadecimal(out) == "81707adddf17bcb3c0211631f568ec24a15dbb29f6fa14e6e4cf755b204cb408")
        var writer = ByteWriter()
        writer.put(1)
        writer.put(0)
        writer.put(0)
        writer.put(Array(0...31))
        var reader = ByteReader(writer.bytes)
        let tree = try KeyTree(from: &reader)
        let key = tree.withKey(of: "record ab12") { hexadecimal(UnsafeBufferPointer(start: $0, count: 32)) }
        #expect(key == "9bc0f29cf88a67c718d40628e36c48aafdf90a5ed38755517758b2d38e27a21c")
        var joined = JoinedKey(count: 3)
        for first: UInt8 in [0, 32, 64] { joined.add(Array(first...first + 31)) }
        let both = try joined.withKey { hexadecimal(UnsafeBufferPointer(start: $0, count: 32)) }
        #expect(both == "b9834b87fac0109c36d23125bd580f54d8049445c18b5ff21d11d1cb9cdb46d1")
    }

    /// RFC 4231, 4.2; a key that is shorter than a block is filled up with zeros.
    @Test func pseudonymsAreHMACSHA256() throws {
        var code = [UInt8](repeating: 0, count: 32)
        let key = [UInt8](repeating: 0x0b, count: 20) + [UInt8](repeating: 0, count: 12)
        _ = crypto_auth_hmacsha256(&code, Array("Hi There".utf8), 8, key)
        #expect(hexadecimal(code) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    }

    /// RFC 7693, appendix A, and the first keyed answer of the BLAKE2 reference.
    @Test func indexesAreBLAKE2b() throws {
        var hash = [UInt8](repeating: 0, count: 64)
        _ = crypto_generichash(&hash, 64, Array("abc".utf8), 3, nil, 0)
        #expect(
            hexadecimal(hash)
                == "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")
        _ = crypto_generichash(&hash, 64, nil, 0, Array(0...63), 64)
        #expect(
            hexadecimal(hash)
                == "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
                + "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568")
    }

    /// RFC 8032, 7.1, test 1
    @Test func checkpointsAreSignedWithEd25519() throws {
        let seed = try bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        var (publicKey, secretKey) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 64))
        _ = crypto_sign_ed25519_seed_keypair(&publicKey, &secretKey, seed)
        #expect(
            hexadecimal(publicKey) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        var signature = [UInt8](repeating: 0, count: 64)
        _ = crypto_sign_ed25519_detached(&signature, nil, nil, 0, secretKey)
        #expect(
            hexadecimal(signature)
                == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
    }

    /// The reference implementation's test of Argon2id, version 1.3.
    @Test func passwordsAreArgon2id() {
        let hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        #expect(crypto_pwhash_str_verify(hash, "password", 8) == 0)
        #expect(crypto_pwhash_str_verify(hash, "passwort", 8) != 0)
    }

    /// Our own forms: what is stored stands on them, so a change of one must be seen.
    @Test func placesNamesAndLabelsKeepTheirForm() throws {
        let cell = SealedCell(table: "person", row: 7, column: "display")
        #expect(String(decoding: Seal.place(cell, "ab12"), as: UTF8.self) == "person|7|display|ab12")
        #expect(KeyName.record("ab12").text == "record ab12")
        #expect(KeyName.common(3, of: 2).text == "common 2.3")
        let key = try SecretKey(Array(0...31))
        #expect(key.id == "477cb2f3")
        #expect(hexadecimal(key.shortMac("label", ["a", "若葉"])) == "223e97e3a102672559fd8f0f755594eb")
    }

    @Test func indexesTellNothingWithoutTheKeyAndDifferByUse() throws {
        let folder = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: folder.file("one"))
        let others = try WorkspaceKeys.create(folder: folder.file("two"))
        let number = PersonNumber(space: "jumin", number: "0000000001")
        let child = Identifiers(
            names: [NameForm(kind: .legal, family: "若葉", given: "一子", written: "若葉一子")],
            birth: .day(Day(number: 19_000)))
        func indexes(_ keys: WorkspaceKeys) -> [String] {
            [
                keys.numberKey(source: "jumin", subject: .child, number),
                keys.numberKey(source: "jumin", subject: .guardian, number),
                keys.numberKey(source: "kenshin", subject: .child, number),
                keys.recordKey(source: "jumin", canonical: "0000000001"),
                hexadecimal(keys.householdIndex("0000000001")),
                keys.pseudonym(of: "0000000001", domain: "facts").rawValue,
                keys.pseudonym(of: "0000000001", domain: "audit").rawValue,
                hexadecimal(keys.logInIndex("0000000001")),
            ] + keys.marks(source: "jumin", child)
        }
        #expect(indexes(keys) == indexes(keys))
        #expect(Set(indexes(keys)).count == indexes(keys).count)
        #expect(Set(indexes(keys)).isDisjoint(with: indexes(others)))
    }

    @Test func aProcessThatHidesItsMemoryIsNotDumped() {
        // The limit of core files stays, and the programs that tests start inherit it: the end-to-end test lifts it first.
        #expect(ProcessMemory.hide())
        #expect(renkei_is_dumpable() == 0)
        #expect(renkei_set_dumpable(1) == 0)
    }
}
