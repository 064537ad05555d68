#include <candela/core/build_id.hpp>
#include <candela/core/build_stamp.hpp>

namespace candela {

std::string_view build_id() noexcept { return CANDELA_BUILD_ID; }

}  // namespace candela
