#include "middleware/detail/chain_nonces.hpp"

#include <algorithm>
#include <candela/jose/jws.hpp>
#include <candela/keys/key_source.hpp>
#include <new>
#include <stdexcept>

#include "middleware/detail/jose_options.hpp"

namespace candela::middleware::detail {

namespace {

using std::chrono::seconds;

constexpr jose::signature_algorithm algorithm = jose::signature_algorithm::hs256;
constexpr std::size_t key_bytes = 32;

// All workers know each other's nonces by it, as callers do not come back to the same one.
const jose::key& key_of_process() {
  static const jose::key made = jose::key::generate_secret(key_bytes).value();
  return made;
}

std::expected<jose::key, std::string> key_in(const std::string& file, stage_setup& setup) try {
  const auto source = keys::key_source::shared({.location = file}, setup.lanes(), setup.metrics());
  return signing_key(source->news().snapshot->keys, algorithm);
} catch (const std::runtime_error& wrong) {
  return std::unexpected(std::string(wrong.what()));
}

jose::key required_key(const config::node& file, stage_setup& setup) {
  std::expected<jose::key, std::string> found = key_in(file.as_path().string(), setup);
  if (!found) file.fail(found.error());
  return std::move(*found);
}

}  // namespace

std::unique_ptr<chain_nonces> chain_nonces::of(stage_setup& setup) {
  config::reader& options = setup.options();
  const config::node file = options.get("nonce_key");
  if (!options.has("nonce_lifetime")) {
    if (!file.is_null()) file.fail("a key for nonces, which `nonce_lifetime` demands");
    return nullptr;
  }
  const auto lifetime = options.duration("nonce_lifetime", {seconds(2), std::chrono::hours(1)});
  return std::make_unique<chain_nonces>(lifetime, file.is_null() ? key_of_process() : required_key(file, setup));
}

void chain_nonces::demand(custody::request_facts& facts, clock::wall_time now, arena& memory) {
  facts.nonce = memory.copy(newest(now));
  // The next one may come from an instance whose clock is ahead.
  const std::span<std::string_view> others = memory.make_array<std::string_view>(2);
  others[0] = memory.copy(around_.front());
  others[1] = memory.copy(around_.back());
  facts.other_nonces = others;
}

std::string_view chain_nonces::newest(clock::wall_time now) {
  turn_to(now.time_since_epoch() / span_);
  return around_[1];
}

void chain_nonces::turn_to(std::int64_t number) {
  if (number == number_) return;
  for (std::int64_t i = 0; i != 3; ++i) around_[static_cast<std::size_t>(i)] = made(number - 1 + i);
  number_ = number;
}

// The MAC of a token that is never sent.
std::string chain_nonces::made(std::int64_t number) const {
  const std::string said = std::to_string(span_.count()) + ' ' + std::to_string(number);
  const auto token = jose::sign(said, key_, algorithm, {.type = "call-nonce"});
  // The key was found fit before: what is left is OpenSSL without memory.
  if (!token) throw std::bad_alloc();
  return token->substr(token->rfind('.') + 1);
}

}  // namespace candela::middleware::detail
