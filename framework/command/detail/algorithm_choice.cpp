#include <algorithm>
#include <array>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/algorithm_choice.hpp>
#include <candela/command/detail/key_input.hpp>
#include <ranges>

namespace candela::command {

namespace {

using jose::content_algorithm;
using jose::key_algorithm;
using jose::key_operation;
using jose::signature_algorithm;

// All of a kind, in their order.
template <class Algorithm, Algorithm Last>
constexpr auto up_to() {
  std::array<Algorithm, static_cast<std::size_t>(Last) + 1> all{};
  for (std::size_t i = 0; i != all.size(); ++i) all[i] = static_cast<Algorithm>(i);
  return all;
}
constexpr auto all_signatures = up_to<signature_algorithm, signature_algorithm::ed448>();
constexpr auto all_key_algorithms = up_to<key_algorithm, key_algorithm::pbes2_hs512_a256kw>();
constexpr auto all_encryption = up_to<content_algorithm, content_algorithm::a256gcm>();

constexpr std::array password_algorithms{key_algorithm::pbes2_hs256_a128kw, key_algorithm::pbes2_hs384_a192kw,
                                         key_algorithm::pbes2_hs512_a256kw};

bool needs_allowance(key_algorithm algorithm) noexcept {
  return algorithm == key_algorithm::rsa1_5 ||
         std::ranges::find(password_algorithms, algorithm) != password_algorithms.end();
}

template <class Known>
[[noreturn]] void no_such(const char* what, const std::string& name, const Known& known) {
  std::string list;
  for (const auto each : known) list.append(list.empty() ? "" : ", ").append(jose::name_of(each));
  throw misuse("there is no " + std::string(what) + " \"" + name + "\"; there are: " + list);
}

bool same_letters(std::string_view given, std::string_view known) noexcept {
  const auto lower = [](char each) { return each >= 'A' && each <= 'Z' ? static_cast<char>(each + 32) : each; };
  return std::ranges::equal(given, known, {}, lower, lower);
}

void allow(allowances& allowed, const std::string& name) {
  if (same_letters(name, "zip")) {
    allowed.zip = true;
  } else if (same_letters(name, "json")) {
    allowed.json = true;
  } else if (same_letters(name, "b64")) {
    allowed.unencoded = true;
  } else if (same_letters(name, "unprotected")) {
    allowed.unprotected = true;
  } else if (same_letters(name, "RSA1_5")) {
    allowed.key_algorithms.add(key_algorithm::rsa1_5);
  } else if (same_letters(name, "PBES2")) {
    for (const key_algorithm each : password_algorithms) allowed.key_algorithms.add(each);
  } else if (const auto known = jose::key_algorithm_of(name); known && needs_allowance(*known)) {
    allowed.key_algorithms.add(*known);
  } else {
    throw misuse("nothing called \"" + name + "\" is off; --allow takes RSA1_5, PBES2, zip, json, b64 and unprotected");
  }
}

bool fits(const jose::key& by, key_algorithm algorithm, jose::content_algorithms encryption, key_operation operation) {
  return std::ranges::any_of(all_encryption, [&](content_algorithm content) {
    return encryption.contains(content) && by.fits(algorithm, content, operation).has_value();
  });
}

bool can_encrypt(const jose::key& to, key_algorithm algorithm) {
  return fits(to, algorithm, content_algorithms_of({}), key_operation::encrypt);
}

// `dir` is the name for a key whose own `alg` is that of the content.
std::optional<key_algorithm> own_algorithm(const jose::key& to) {
  if (jose::content_algorithm_of(to.described().algorithm)) return key_algorithm::dir;
  return jose::key_algorithm_of(to.described().algorithm);
}

key_algorithm usual_algorithm(const jose::key& to) {
  constexpr std::array usual{key_algorithm::rsa_oaep_256, key_algorithm::ecdh_es_a256kw, key_algorithm::a128kw,
                             key_algorithm::a192kw,       key_algorithm::a256kw,         key_algorithm::dir};
  const auto found = std::ranges::find_if(usual, [&to](key_algorithm each) { return can_encrypt(to, each); });
  return found != usual.end() ? *found : key_algorithm::pbes2_hs512_a256kw;
}

signature_algorithm usual_signature(const jose::key& with) {
  switch (with.kind()) {
    case jose::key_kind::rsa: return signature_algorithm::rs256;
    case jose::key_kind::oct: return signature_algorithm::hs256;
    case jose::key_kind::okp: return signature_algorithm::eddsa;
    case jose::key_kind::ec: break;
  }
  if (with.on_curve() == jose::curve::p384) return signature_algorithm::es384;
  return with.on_curve() == jose::curve::p521 ? signature_algorithm::es512 : signature_algorithm::es256;
}

}  // namespace

allowances allowances::read(std::span<const std::string> names, bool password) {
  allowances allowed;
  if (password) allow(allowed, "PBES2");
  for (const std::string& each : names) allow(allowed, each);
  return allowed;
}

std::vector<signature_algorithm> signature_algorithms_of(std::span<const std::string> names) {
  std::vector<signature_algorithm> all;
  for (const std::string& each : names) {
    const auto known = jose::signature_algorithm_of(each);
    if (!known) no_such("signature algorithm", each, all_signatures);
    all.push_back(*known);
  }
  return all;
}

std::vector<key_algorithm> key_algorithms_of(std::span<const std::string> names) {
  std::vector<key_algorithm> all;
  for (const std::string& each : names) {
    const auto known = jose::key_algorithm_of(each);
    if (!known) no_such("key encryption algorithm", each, all_key_algorithms);
    all.push_back(*known);
  }
  return all;
}

jose::content_algorithms content_algorithms_of(std::span<const std::string> names) {
  jose::content_algorithms accepted;
  for (const std::string& each : names) {
    const auto known = jose::content_algorithm_of(each);
    if (!known) no_such("content encryption algorithm", each, all_encryption);
    accepted.add(*known);
  }
  if (!accepted.empty()) return accepted;
  for (const content_algorithm each : all_encryption) accepted.add(each);
  return accepted;
}

jose::signature_algorithms acceptable(std::span<const std::string> names, std::span<const jose::key> keys) {
  jose::signature_algorithms accepted;
  for (const signature_algorithm each : signature_algorithms_of(names)) accepted.add(each);
  if (!names.empty()) return accepted;
  for (const signature_algorithm each : all_signatures) {
    const auto fits = [each](const jose::key& by) { return by.fits(each, key_operation::verify).has_value(); };
    if (std::ranges::any_of(keys, fits)) accepted.add(each);
  }
  if (accepted.empty()) refuse({jose::failure::key_unfit, "no key checks signatures"});
  return accepted;
}

jose::key_algorithms acceptable(std::span<const std::string> names, std::span<const jose::key> keys,
                                jose::content_algorithms encryption, const allowances& allowed) {
  std::vector<key_algorithm> candidates = key_algorithms_of(names);
  if (names.empty()) {
    std::ranges::copy_if(all_key_algorithms, std::back_inserter(candidates), [&](key_algorithm each) {
      const auto opens = [&](const jose::key& by) { return fits(by, each, encryption, key_operation::decrypt); };
      return std::ranges::any_of(keys, opens);
    });
    if (candidates.empty()) refuse({jose::failure::key_unfit, "no key opens messages"});
  }
  jose::key_algorithms accepted;
  for (const key_algorithm each : candidates) {
    if (!needs_allowance(each) || allowed.key_algorithms.contains(each)) accepted.add(each);
  }
  return accepted;
}

signature_algorithm signing_algorithm(std::span<const std::string> names, const jose::key& with) {
  std::vector<signature_algorithm> candidates = signature_algorithms_of(names);
  if (candidates.empty()) {
    const auto own = jose::signature_algorithm_of(with.described().algorithm);
    candidates.push_back(own.value_or(usual_signature(with)));
  }
  const auto fits = [&](signature_algorithm each) { return with.fits(each, key_operation::sign).has_value(); };
  const auto found = std::ranges::find_if(candidates, fits);
  if (found == candidates.end()) refuse(with.fits(candidates.front(), key_operation::sign).error());
  return *found;
}

key_algorithm encrypting_algorithm(std::span<const std::string> names, const jose::key& to, const allowances& allowed) {
  std::vector<key_algorithm> candidates = key_algorithms_of(names);
  if (candidates.empty()) candidates.push_back(own_algorithm(to).value_or(usual_algorithm(to)));
  const auto found = std::ranges::find_if(candidates, [&to](key_algorithm each) { return can_encrypt(to, each); });
  if (found == candidates.end())
    refuse(to.fits(candidates.front(), content_algorithm::a256gcm, key_operation::encrypt).error());
  if (needs_allowance(*found) && !allowed.key_algorithms.contains(*found))
    refuse({jose::failure::algorithm_refused, "--allow has to name it"});
  return *found;
}

content_algorithm content_algorithm_for(const std::string& name, key_algorithm algorithm, const jose::key& to) {
  if (!name.empty()) {
    const auto known = jose::content_algorithm_of(name);
    if (!known) no_such("content encryption algorithm", name, all_encryption);
    return *known;
  }
  if (algorithm != key_algorithm::dir) return content_algorithm::a256gcm;
  for (const content_algorithm each : all_encryption | std::views::reverse) {
    if (to.fits(algorithm, each, key_operation::encrypt)) return each;
  }
  return content_algorithm::a256gcm;
}

void check_algorithm_name(const std::string& name) {
  if (jose::signature_algorithm_of(name) || jose::key_algorithm_of(name) || jose::content_algorithm_of(name)) return;
  throw misuse("there is no algorithm \"" + name + "\"");
}

}  // namespace candela::command
