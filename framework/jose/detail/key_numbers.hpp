// Private to the room: the numbers of a key, and what each thread keeps ready for them.
#pragma once

#include <array>
#include <candela/jose/algorithms.hpp>
#include <candela/jose/detail/encryption_context.hpp>
#include <candela/jose/detail/openssl.hpp>
#include <candela/jose/detail/signature_context.hpp>
#include <candela/jose/detail/thread_slot.hpp>
#include <candela/jose/secret.hpp>
#include <memory>
#include <new>

namespace candela::jose::detail {

/// Immutable but for what threads keep. Shared by all keys that differ in their description only.
struct key_numbers {
  key_kind kind = key_kind::oct;
  curve on_curve = curve::none;
  unsigned bits = 0;
  bool is_private = true;
  pkey_ptr pkey;        ///< null for symmetric keys
  secret_bytes secret;  ///< symmetric keys only
  per_thread<signature_context> signing;
  per_thread<encryption_context> encrypting;
};

/// Calls `use` with the calling thread's encryption context of that key. What a `Result` is by itself when there is no
/// memory for one.
template <class Result, class Use>
Result with_encryption(const key_numbers& by, Use use) {
  const auto make = [&by] { return std::unique_ptr<encryption_context>(new (std::nothrow) encryption_context(by)); };
  return by.encrypting.with(make,
                            [&use](encryption_context* ready) { return ready != nullptr ? use(*ready) : Result(); });
}

}  // namespace candela::jose::detail
