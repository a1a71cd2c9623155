// Of the two modules that import each other, this program loads `author` first.
import './author.js';
import './report.js';
