// Who has signed what a handler sees.
#pragma once

#include <span>
#include <string_view>

namespace candela::middleware {

/// One signature that a stage has verified. Views into the exchange's arena.
struct message_author {
  std::string_view place;  ///< JSON Pointer of the member that it covers; empty: the whole body
  std::string_view
      signer;  ///< who has sealed it, by the name that the configuration trusts; empty for plain signatures
  std::string_view key_id;  ///< `kid` of the key that it was verified with
};

/// The attachment that `jws_verify` and `open` leave for the stages and the handler behind them. Without it nothing of
/// the body was verified.
struct message_authors {
  static constexpr std::string_view attachment_name = "message_authors";

  std::span<const message_author> all;
};

}  // namespace candela::middleware
