// Where keys come from, and how often one looks there.
#pragma once

#include <candela/jose/algorithms.hpp>
#include <candela/keys/fetcher.hpp>
#include <chrono>
#include <optional>
#include <string>

namespace candela::keys {

/// The durations have defaults by kind: those of a URL stand first, those of a file second.
struct key_source_options {
  /// The URL of a JWK set (https; http for this machine or with `plain_http`), or the path of a file: JWK, JWK set or
  /// PEM.
  std::string location = {};
  bool plain_http = false;
  fetch_options fetch = {};
  std::optional<std::chrono::milliseconds> refresh = {};   ///< between two looks: 10 minutes; 2 seconds
  std::optional<std::chrono::milliseconds> cooldown = {};  ///< between two looks for unknown ids: 30 seconds; 1 second
  /// How long keys of a URL that could not be confirmed are still good; those of a file are for ever.
  std::chrono::milliseconds stale_limit = std::chrono::hours(24);

  /// What keys of a file are for: one none of whose keys can check any of these is not taken, as a broken one is not.
  /// Without any, all keys will do.
  jose::signature_algorithms verifies = {};

  /// Whether the location is a URL.
  [[nodiscard]] bool remote() const noexcept {
    return location.starts_with("https://") || location.starts_with("http://");
  }
  friend bool operator==(const key_source_options&, const key_source_options&) = default;
};

}  // namespace candela::keys
