// The keys of those who talk to each other in the tests, in files.
#pragma once

#include <algorithm>
#include <candela/jose/key_set.hpp>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/core/detail/scratch_folder.hpp"

namespace candela::testing {

/// Keys in files: NAME.jwk with the private half, NAME.pub with the public one.
class key_folder {
 public:
  key_folder() {
    for (const char* name : {"web", "payment", "fraud", "cart"})
      add(name, jose::key::generate(jose::curve::p256, {.id = std::string(name) + "-1"}).value());
    add("rsa", jose::key::generate_rsa(2048, {.id = "rsa-1"}).value());
    add("agreed", jose::key::generate(jose::curve::x25519, {.id = "agreed-1"}).value());
    add("edwards", jose::key::generate(jose::curve::ed25519, {.id = "edwards-1"}).value());
    write("secret.jwk",
          jose::key::generate_secret(32, {.id = "secret-1"})->to_jwk(jose::key_part::private_part)->text());
    write("broken.jwk", R"({"kty":"EC"})");
    write("rsa.pem", of("rsa").to_pem(jose::key_part::private_part)->text());
    const std::vector<jose::key> both = {of("payment").public_key().value(), of("fraud").public_key().value()};
    write("both.pub", jose::key_set::of(both)->to_json(jose::key_part::public_part)->text());
  }

  [[nodiscard]] const jose::key& of(std::string_view name) const {
    return std::ranges::find(keys_, name, &named::name)->made;
  }
  /// `text` with KEYS replaced by the folder.
  [[nodiscard]] std::string placed(std::string text) const {
    for (std::size_t at = text.find("KEYS"); at != text.npos; at = text.find("KEYS", at))
      text.replace(at, 4, folder_.file(""));
    return text;
  }
  void write(std::string_view file, std::string_view content) const {
    std::ofstream(folder_.file(file), std::ios::binary) << content;
  }

  /// The same, at once for whoever looks.
  void replace(std::string_view file, std::string_view content) const {
    write("next", content);
    std::filesystem::rename(folder_.file("next"), folder_.file(file));
  }

  static const key_folder& shared() {
    static const key_folder made;
    return made;
  }

 private:
  struct named {
    std::string name;
    jose::key made;
  };

  void add(std::string name, jose::key made) {
    write(name + ".jwk", made.to_jwk(jose::key_part::private_part)->text());
    write(name + ".pub", made.to_jwk(jose::key_part::public_part)->text());
    keys_.push_back({std::move(name), std::move(made)});
  }

  scratch_folder folder_;
  std::vector<named> keys_;
};

inline const jose::key& key_of(std::string_view name) { return key_folder::shared().of(name); }

}  // namespace candela::testing
