// Private to the room: the numbers of a key, and what each thread keeps ready for them.
#pragma once

#include <array>
#include <candela/jose/algorithms.hpp>
#include <candela/jose/detail/openssl.hpp>
#include <candela/jose/detail/signature_context.hpp>
#include <candela/jose/detail/thread_slot.hpp>
#include <candela/jose/secret.hpp>

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
};

}  // namespace candela::jose::detail
