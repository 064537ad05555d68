#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <candela/net/tls_ticket_keys.hpp>

namespace candela::net {

namespace {

std::optional<tls_ticket_keys::key> make_key(tls_ticket_keys::time now) {
  std::optional<tls_ticket_keys::key> made(std::in_place);
  made->made = now;
  const auto filled = [](auto& bytes) { return RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1; };
  if (!filled(made->name) || !filled(made->cipher) || !filled(made->mac)) made.reset();
  return made;
}

}  // namespace

tls_ticket_keys::key::~key() {
  OPENSSL_cleanse(cipher.data(), cipher.size());
  OPENSSL_cleanse(mac.data(), mac.size());
}

void tls_ticket_keys::use_client_ca(const fingerprint& authorities) {
  const std::lock_guard lock(mutex_);
  if (authorities_ == authorities) return;
  authorities_ = authorities;
  current_.reset();
  previous_.reset();
}

void tls_ticket_keys::forget() {
  const std::lock_guard lock(mutex_);
  current_.reset();
  previous_.reset();
}

std::optional<tls_ticket_keys::key> tls_ticket_keys::current(time now) {
  const std::lock_guard lock(mutex_);
  if (!current_ || retiring(*current_, now)) {
    std::optional<key> fresh = make_key(now);
    if (!fresh) return fresh;
    previous_ = current_;
    current_ = fresh;
  }
  return current_;
}

std::optional<tls_ticket_keys::key> tls_ticket_keys::find(std::span<const unsigned char> name, time now) const {
  const std::lock_guard lock(mutex_);
  for (const std::optional<key>* held : {&current_, &previous_}) {
    if (!*held || !std::ranges::equal((*held)->name, name)) continue;
    if (now - (*held)->made < 2 * period_) return *held;
  }
  return std::nullopt;
}

}  // namespace candela::net
