import Foundation
import Store

/// SHA-256 of the running program's file: a new program is a reason to run the night again.
func ownHash() throws -> String { try Digest.sha256(file: "/proc/self/exe") }
