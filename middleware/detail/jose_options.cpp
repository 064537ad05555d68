#include "middleware/detail/jose_options.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace candela::middleware::detail {

namespace {

constexpr std::size_t max_file_bytes = 1024 * 1024;

/// An open file, closed with the object.
class descriptor {
 public:
  // Non-blocking: a path that names a pipe must not hold the thread.
  explicit descriptor(const char* path) noexcept : number_(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  // The bytes that were read; -1 with errno set.
  [[nodiscard]] ssize_t read(std::span<std::byte> into) const noexcept {
    ssize_t got = -1;
    do got = ::read(number_, into.data(), into.size());
    while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int number_;
};

jose::secret_bytes content_of(const config::node& file) {
  const std::string path = file.as_path().string();
  const descriptor opened(path.c_str());
  // The whole room at once: what grows would leave copies of a key behind.
  jose::secret_bytes text(max_file_bytes + 1);
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = opened.read(text.span().subspan(size));
    if (got < 0) file.fail("cannot read the keys in '" + path + "': " + std::strerror(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size == text.size()) file.fail("'" + path + "' is too large to be a file of keys");
  }
  text.shrink(size);
  return text;
}

std::expected<jose::key_set, jose::error> keys_in(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != text.npos && text[first] == '{') return jose::key_set::from_json(text);
  std::expected<jose::key, jose::error> one = jose::key::from_pem(text);
  if (!one) return std::unexpected(one.error());
  return jose::key_set::of({std::move(*one)});
}

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
const jose::key& only_key(const jose::key_set& among, std::string_view algorithm, const config::node& file, Fits fits) {
  const jose::key* only = nullptr;
  for (const jose::key& each : among.keys()) {
    if (!fits(each)) continue;
    if (only != nullptr) file.fail("several keys in the file fit " + std::string(algorithm));
    only = &each;
  }
  if (only == nullptr) file.fail("no key in the file fits " + std::string(algorithm));
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

jose::key_set read_keys(const config::node& file) {
  if (file.is_null()) file.fail("a file of keys has to be named");
  const jose::secret_bytes text = content_of(file);
  std::expected<jose::key_set, jose::error> read = keys_in(text.text());
  if (!read)
    file.fail("the keys in '" + file.as_path().string() + "' are refused: " + std::string(name_of(read.error().code)));
  if (read->empty()) file.fail("there is no key in '" + file.as_path().string() + "'");
  return std::move(*read);
}

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

const jose::key& signing_key(const jose::key_set& among, jose::signature_algorithm algorithm,
                             const config::node& file) {
  return only_key(among, name_of(algorithm), file,
                  [=](const jose::key& each) { return each.fits(algorithm, jose::key_operation::sign).has_value(); });
}

const jose::key& recipient_key(const jose::key_set& among, jose::key_algorithm algorithm,
                               jose::content_algorithm content, const config::node& file) {
  return only_key(among, name_of(algorithm), file, [=](const jose::key& each) {
    return each.fits(algorithm, content, jose::key_operation::encrypt).has_value();
  });
}

void require_verifier(const jose::key_set& among, jose::signature_algorithms accepted, const config::node& file) {
  const auto fits = [](const jose::key& each, jose::signature_algorithm algorithm) {
    return each.fits(algorithm, jose::key_operation::verify).has_value();
  };
  if (!one_fits(among, accepted, jose::signature_algorithm::ed448, fits))
    file.fail("no key in the file fits one of the signature algorithms");
}

void require_opener(const jose::key_set& among, jose::key_algorithms accepted, jose::content_algorithms contents,
                    const config::node& file) {
  const auto fits = [contents](const jose::key& each, jose::key_algorithm algorithm) {
    for (int i = 0; i <= static_cast<int>(jose::content_algorithm::a256gcm); ++i) {
      const auto content = static_cast<jose::content_algorithm>(i);
      if (contents.contains(content) && each.fits(algorithm, content, jose::key_operation::decrypt)) return true;
    }
    return false;
  };
  if (!one_fits(among, accepted, jose::key_algorithm::pbes2_hs512_a256kw, fits))
    file.fail("no key in the file opens what these algorithms encrypt");
}

bool is_slow(const jose::key& private_key) noexcept { return private_key.kind() == jose::key_kind::rsa; }

}  // namespace candela::middleware::detail
