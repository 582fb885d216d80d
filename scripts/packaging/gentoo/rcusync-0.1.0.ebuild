# Copyright 2026 Gentoo Authors
# Distributed under the terms of the GNU General Public License v2

EAPI=8

DESCRIPTION="Keeps Gentoo ebuild repositories up to date as immutable snapshots"
HOMEPAGE="https://wiki.gentoo.org/wiki/Project:Portage"
SRC_URI="
	amd64? ( ${P}-amd64.tar.gz )
	arm64? ( ${P}-arm64.tar.gz )
"

LICENSE="GPL-2+ MIT"
SLOT="0"
KEYWORDS="~amd64 ~arm64"
# The program is at the end of the executable, where strip would cut it off.
RESTRICT="fetch strip"

RDEPEND=">=net-misc/rsync-3.1.0"

QA_PREBUILT="usr/bin/rcusync"

pkg_nofetch() {
	einfo "In a checkout at version ${PV}, put an archive with the built binary into your DISTDIR:"
	einfo "  scripts/compile"
	einfo "  git archive --prefix=${P}/dist/ --add-file=dist/rcusync --prefix=${P}/ -o ${P}-${ARCH}.tar.gz HEAD"
}

src_compile() {
	:
}

src_test() {
	# As root it would unpack itself outside of the sandbox.
	[[ ${EUID} -eq 0 ]] || dist/rcusync --version || die
}

src_install() {
	scripts/install --prefix "${EPREFIX}/usr" --destdir "${D}" || die
	dodoc README.md CHANGELOG.md docs/*.md
}

pkg_postinst() {
	elog "Sync once a day: systemctl enable --now rcusync.timer"
	elog "Without systemd: set daily=yes in /etc/conf.d/rcusync"
	elog "To have snapshots: rcusync init"
}
