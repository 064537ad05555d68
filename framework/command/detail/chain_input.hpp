// Private to the room: chains, the keys of services and the request that a chain goes with, as the command line has
// them.
#pragma once

#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/files.hpp>
#include <candela/core/arena.hpp>
#include <candela/custody/call_stack.hpp>
#include <candela/custody/request.hpp>
#include <candela/custody/rules.hpp>
#include <candela/custody/service_keys.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::command {

/// The fields of a chain: lines of `Call-Chain:` and `Call-Proof:`, as `curl -H @FILE` sends them. A line without a
/// name is a chain.
struct chain_fields {
  std::vector<std::string_view> chain;
  std::vector<std::string_view> proof;
};

/// The public part of a service's key; without an id, its thumbprint is that. Throws what `jose` refuses.
[[nodiscard]] custody::service_key public_part(const jose::key& of);

/// Views into the text.
[[nodiscard]] chain_fields read_fields(std::string_view text);

/// Where the public keys of services come from.
struct known_services {
  std::string file;                ///< a JSON object with a JWK set for each identity
  std::vector<std::string> files;  ///< or `IDENTITY=FILE`, each with keys of that service

  void declare(argument_list& takes);
  /// Throws `misuse`, and what `jose` refuses.
  [[nodiscard]] custody::key_snapshot read(input_files& from) const;
};

/// The request that a proof is for.
struct request_words {
  std::string method;
  std::string url;
  std::string content_file;
  std::string content_type;
  std::vector<std::string> headers;  ///< `NAME: VALUE`
  std::string nonce;

  void declare(argument_list& takes);
};

/// A request put together from its words, which it keeps.
class request_input {
 public:
  /// Reads the content. Throws `misuse`.
  request_input(const request_words& words, std::string_view operation, input_files& from);
  request_input(const request_input&) = delete;
  request_input& operator=(const request_input&) = delete;

  [[nodiscard]] const custody::request_facts& facts() const noexcept { return facts_; }
  [[nodiscard]] const custody::content_digest& content() const noexcept { return content_; }

 private:
  request_words words_;
  std::string operation_;
  std::vector<custody::named_value> headers_;
  custody::request_facts facts_;
  custody::content_digest content_;
};

/// Verifies a chain with its proof or, if `bare`, without one, as if TLS had said who sends it. Throws
/// `std::bad_expected_access<custody::error>`. Valid as long as the fields and the arena are.
[[nodiscard]] const custody::call_stack& verified_chain(const chain_fields& fields, const custody::chain_rules& rules,
                                                        custody::key_snapshot keys,
                                                        const custody::request_facts& request,
                                                        const custody::content_digest& content, arena& memory);

/// What the newest link says, by its own word. Throws as above.
[[nodiscard]] custody::link_claims claimed_link(std::string_view compact, arena& memory);
/// All links of a chain by their own word, oldest first.
[[nodiscard]] std::vector<custody::link_claims> claimed_links(std::string_view field, arena& memory);

/// The calls as a tree, each beneath the one that led to it, and what all of them are about.
[[nodiscard]] std::string drawn(std::span<const custody::link_claims> calls);

}  // namespace candela::command
