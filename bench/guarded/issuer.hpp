// Who signs the tokens that the guarded service is shown.
#pragma once

#include <candela/jose/jwt.hpp>
#include <chrono>
#include <fstream>
#include <string>
#include <string_view>

namespace candela::bench {

/// Two field lines, each with its end.
struct tokens {
  std::string good;    ///< Authorization with a token of the issuer
  std::string forged;  ///< the same with a signature of somebody else
};

/// Writes the issuer's keys to `file`, as `guarded` reads them, and signs for half a day.
inline tokens prepare_tokens(const std::string& file) {
  const jose::key key = jose::key::generate(jose::curve::p256, {.id = "k1"}).value();
  const jose::key stranger = jose::key::generate(jose::curve::p256, {.id = "k1"}).value();
  std::ofstream(file) << jose::key_set::of({key}).value().to_json(jose::key_part::public_part).value().text();
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::string_view audiences[] = {"https://shop.example"};
  const jose::claims said{.issuer = "https://issuer.example",
                          .subject = "248289761001",
                          .audiences = audiences,
                          .expires = now + std::chrono::hours(12),
                          .issued = now,
                          .id = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                          .client_id = "s6BhdRkqt3"};
  const auto field = [&said](const jose::key& by) {
    return "Authorization: Bearer " +
           jose::sign_token(said, by, jose::signature_algorithm::es256, {.type = "at+jwt"}).value() + "\r\n";
  };
  return {field(key), field(stranger)};
}

}  // namespace candela::bench
