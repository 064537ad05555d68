// What the load client's requests look like.
#pragma once

#include <cstddef>
#include <string>

namespace candela::bench {

/// Whether a connection's requests repeat byte for byte or never.
enum class head_kind { equal, different };

/// The shape of request heads.
struct head_layout {
  std::string path = "/plaintext";  ///< `{n}` in it stands for a number that changes with every request
  head_kind kind = head_kind::equal;
  std::size_t bytes = 198;  ///< length of a head; the User-Agent is cut or padded to meet it, one byte at the least
  std::string fields = {};  ///< further field lines, each with its line end
};

}  // namespace candela::bench
