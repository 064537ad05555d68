#include "middleware/detail/jose_options.hpp"

#include <algorithm>

namespace candela::middleware::detail {

namespace {

std::optional<jose::signature_algorithm> known(std::string_view name, jose::signature_algorithm) {
  return jose::signature_algorithm_of(name);
}
std::optional<jose::key_algorithm> known(std::string_view name, jose::key_algorithm) {
  return jose::key_algorithm_of(name);
}
std::optional<jose::content_algorithm> known(std::string_view name, jose::content_algorithm) {
  return jose::content_algorithm_of(name);
}

template <class Algorithm>
Algorithm named(const config::node& at, const std::string& name) {
  const std::optional<Algorithm> found = known(name, Algorithm{});
  if (!found) at.fail("'" + name + "' is no algorithm for this");
  return *found;
}

template <class Algorithm>
jose::algorithm_set<Algorithm> read_set(config::reader& options, std::string_view option,
                                        std::vector<std::string> otherwise) {
  const config::node at = options.get(option);
  jose::algorithm_set<Algorithm> read;
  for (const std::string& name : options.strings(option, std::move(otherwise))) read.add(named<Algorithm>(at, name));
  if (read.empty()) at.fail("the algorithms that are accepted have to be named");
  return read;
}

template <class Algorithm>
Algorithm read_one(config::reader& options, std::string_view option, Algorithm otherwise) {
  const config::node at = options.get(option);
  return named<Algorithm>(at, options.string(option, name_of(otherwise)));
}

template <class Fits>
std::expected<jose::key, std::string> only_key(const jose::key_set& among, std::string_view algorithm, Fits fits) {
  const jose::key* only = nullptr;
  for (const jose::key& each : among.keys()) {
    if (!fits(each)) continue;
    if (only != nullptr) return std::unexpected("several keys in the file fit " + std::string(algorithm));
    only = &each;
  }
  if (only == nullptr) return std::unexpected("no key in the file fits " + std::string(algorithm));
  return *only;
}

// Whether a key of the set fits one of the algorithms, up to `last`.
template <class Algorithm, class Fits>
bool one_fits(const jose::key_set& among, jose::algorithm_set<Algorithm> accepted, Algorithm last, Fits fits) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto algorithm = static_cast<Algorithm>(i);
    if (!accepted.contains(algorithm)) continue;
    if (std::ranges::any_of(among.keys(), [&](const jose::key& each) { return fits(each, algorithm); })) return true;
  }
  return false;
}

}  // namespace

jose::signature_algorithms read_signature_algorithms(config::reader& options, std::string_view option,
                                                     std::vector<std::string> otherwise) {
  return read_set<jose::signature_algorithm>(options, option, std::move(otherwise));
}
jose::key_algorithms read_key_algorithms(config::reader& options, std::string_view option,
                                         std::vector<std::string> otherwise) {
  return read_set<jose::key_algorithm>(options, option, std::move(otherwise));
}
jose::content_algorithms read_content_algorithms(config::reader& options, std::string_view option,
                                                 std::vector<std::string> otherwise) {
  return read_set<jose::content_algorithm>(options, option, std::move(otherwise));
}

jose::signature_algorithm read_algorithm(config::reader& options, std::string_view option,
                                         jose::signature_algorithm otherwise) {
  return read_one(options, option, otherwise);
}
jose::key_algorithm read_algorithm(config::reader& options, std::string_view option, jose::key_algorithm otherwise) {
  return read_one(options, option, otherwise);
}
jose::content_algorithm read_algorithm(config::reader& options, std::string_view option,
                                       jose::content_algorithm otherwise) {
  return read_one(options, option, otherwise);
}

std::expected<jose::key, std::string> signing_key(const jose::key_set& among, jose::signature_algorithm algorithm) {
  return only_key(among, name_of(algorithm),
                  [=](const jose::key& each) { return each.fits(algorithm, jose::key_operation::sign).has_value(); });
}

std::expected<jose::key, std::string> recipient_key(const jose::key_set& among, jose::key_algorithm algorithm,
                                                    jose::content_algorithm content) {
  return only_key(among, name_of(algorithm), [=](const jose::key& each) {
    return each.fits(algorithm, content, jose::key_operation::encrypt).has_value();
  });
}

std::expected<void, std::string> require_verifier(const jose::key_set& among, jose::signature_algorithms accepted) {
  if (among.has_verifier(accepted)) return {};
  return std::unexpected("no key in the file fits one of the signature algorithms");
}

std::expected<void, std::string> require_opener(const jose::key_set& among, jose::key_algorithms accepted,
                                                jose::content_algorithms contents) {
  const auto fits = [contents](const jose::key& each, jose::key_algorithm algorithm) {
    for (int i = 0; i <= static_cast<int>(jose::content_algorithm::a256gcm); ++i) {
      const auto content = static_cast<jose::content_algorithm>(i);
      if (contents.contains(content) && each.fits(algorithm, content, jose::key_operation::decrypt)) return true;
    }
    return false;
  };
  if (one_fits(among, accepted, jose::key_algorithm::pbes2_hs512_a256kw, fits)) return {};
  return std::unexpected("no key in the file opens what these algorithms encrypt");
}

bool is_slow(const jose::key& private_key) noexcept { return private_key.kind() == jose::key_kind::rsa; }

}  // namespace candela::middleware::detail
