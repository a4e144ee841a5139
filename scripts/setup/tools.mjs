/** The tools per machine must have before anything else: Python with pip, a C++ compiler, make. */
import { existsSync } from 'node:fs';
import { Failure } from '../lib/failure.mjs';
import { pythonCommand, run, which } from '../lib/processes.mjs';

const install = {
  linux: { python: 'python3 and python3-pip', pip: 'python3-pip', compiler: 'g++', make: 'make', tar: 'tar' },
};

/** How to get a tool, as the end of a sentence. */
function cure(tool, platform) {
  if (platform === 'linux') {
    const packages = { python: 'python3 python3-pip', pip: 'python3-pip', compiler: 'g++', make: 'make' }[
      tool
    ];
    return which('apt-get')
      ? `Type: sudo apt-get install -y ${packages}`
      : `Install ${install.linux[tool]} with your package manager.`;
  }
  if (tool === 'python' || tool === 'pip') return 'Install Python 3 from python.org, which has pip with it.';
  return platform === 'darwin'
    ? 'Type: xcode-select --install'
    : 'Install "Desktop development with C++" with the Visual Studio Build Tools.';
}

/** `{ name, found, version, problem }` for each tool; `problem` is a sentence with the cure, null when all is well. */
export async function findTools({ env = process.env, platform = process.platform } = {}) {
  const python = await pythonCommand(env);
  const pip = python ? await run(python.program, ['-m', 'pip', '--version'], { env }) : null;
  const compiler =
    platform === 'win32' ? 'found by node-gyp' : firstProgram([env.CXX, 'g++', 'c++', 'clang++'], env);
  const make = platform === 'win32' ? 'found by node-gyp' : which(env.MAKE ?? 'make', env);
  // macOS has stubs named c++ and make that only ask for the developer tools.
  const developerTools =
    platform !== 'darwin' || existsSync('/Library/Developer/CommandLineTools') || (await xcode());
  return {
    python: {
      program: python?.program ?? null,
      version: python?.version ?? null,
      problem: python ? null : `Python 3 was not found. ${cure('python', platform)}`,
    },
    pip: {
      version: pip?.code === 0 ? (/^pip (\S+)/.exec(pip.stdout)?.[1] ?? null) : null,
      problem:
        pip?.code === 0 ? null : `pip was not found for Python 3 (python3 -m pip). ${cure('pip', platform)}`,
    },
    compiler: {
      program: compiler,
      problem:
        compiler && developerTools ? null : `A C++ compiler was not found. ${cure('compiler', platform)}`,
    },
    make: {
      program: make,
      problem: make && developerTools ? null : `make was not found. ${cure('make', platform)}`,
    },
  };
}

/** Throws one sentence per missing tool. */
export function requireTools(tools, names) {
  const problems = names.map((name) => tools[name].problem).filter(Boolean);
  if (problems.length) throw new Failure(problems.join('\nresbench: '));
}

const xcode = async () => (await run('xcode-select', ['-p'])).code === 0;

function firstProgram(names, env) {
  for (const name of names) {
    // CXX may carry arguments (`ccache g++`): its first word is the program.
    const program = name && which(name.trim().split(/\s+/)[0], env);
    if (program) return program;
  }
  return null;
}
